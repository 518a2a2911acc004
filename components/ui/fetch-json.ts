/** What an endpoint said when it refused: a problem document, or the nearest thing to one. */
export class FetchProblem extends Error {
  constructor(
    message: string,
    readonly code?: string,
    readonly requestId?: string,
  ) {
    super(message);
  }
}

/** GET (or another method) answering JSON. @throws FetchProblem with one sentence for the reader. */
export async function fetchJson<T>(url: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new FetchProblem("The server did not answer. Is it still running?");
  }
  const body = await response.json().catch(() => undefined);
  if (response.ok) return body as T;
  throw new FetchProblem(body?.detail ?? `The server answered ${response.status}.`, body?.code, body?.requestId);
}
