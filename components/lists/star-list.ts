import type { FeatureListing, ListSummary } from "@/lib/lists/schema";
import { fetchJson } from "../ui/fetch-json";
import { setStarred, starredNow } from "./starred";

/** A star is the list of this name; it is made with the first star. */
const STARRED = "Starred";

const headers = { "content-type": "application/json" };
/** One change after the other, so that two quick stars make one list. */
let last: Promise<unknown> = Promise.resolve();

/** Reads what is starred. @throws FetchProblem */
export async function loadStars(): Promise<void> {
  const id = await findList();
  const list = id && (await fetchJson<FeatureListing>(`/api/v1/lists/${id}`));
  setStarred(new Set(list ? list.items.map((item) => item.ref) : []));
}

/** The first list of that name; undefined before the first star. */
async function findList(): Promise<string | undefined> {
  const { items } = await fetchJson<{ items: ListSummary[] }>(`/api/v1/lists?limit=100&q=${STARRED}`);
  const own = items.filter(({ name }) => name === STARRED);
  return own.sort((a, b) => a.createdAt.localeCompare(b.createdAt))[0]?.id;
}

/**
 * Stars a feature, or takes its star back, shown at once.
 * @returns whether it is starred now. @throws FetchProblem; the mark is then as it was.
 */
export async function toggleStar(ref: string): Promise<boolean> {
  const on = !starredNow().has(ref);
  mark(ref, on);
  const work = last.then(() => write(ref, on));
  last = work.catch(() => {});
  try {
    await work;
    return on;
  } catch (error) {
    mark(ref, !on);
    throw error;
  }
}

async function write(ref: string, on: boolean): Promise<void> {
  const id = await findList();
  if (id) {
    const init = on ? { method: "PUT", headers, body: "{}" } : { method: "DELETE" };
    await fetchJson(`/api/v1/lists/${id}/items/${ref}`, init);
  } else if (on) {
    const body = JSON.stringify({ name: STARRED, refs: [ref] });
    await fetchJson("/api/v1/lists", { method: "POST", headers, body });
  }
}

function mark(ref: string, on: boolean): void {
  const next = new Set(starredNow());
  if (on) next.add(ref);
  else next.delete(ref);
  setStarred(next);
}
