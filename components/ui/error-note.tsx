/** One sentence, the code and the request id of an error, and a way to try again. */
export function ErrorNote({
  detail,
  code,
  requestId,
  onRetry,
}: {
  detail: string;
  code?: string;
  requestId?: string;
  onRetry?: () => void;
}) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad"
    >
      <span>{detail}</span>
      {(code || requestId) && (
        <span className="font-mono text-xs">{[code, requestId].filter(Boolean).join(" · ")}</span>
      )}
      {onRetry && (
        <button
          type="button"
          className="ml-auto rounded-md px-2 py-1 font-medium underline underline-offset-2"
          onClick={onRetry}
        >
          Retry
        </button>
      )}
    </div>
  );
}
