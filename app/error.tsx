"use client";

// Plain markup: this file is in the first load of every page.
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div role="alert" className="mx-auto max-w-prose py-16 text-center">
      <h1 className="font-semibold text-xl">This page could not be made</h1>
      <p className="my-3 text-ink-soft">The server’s log has the reason{error.digest ? ` (${error.digest})` : ""}.</p>
      <button type="button" className="rounded-lg bg-accent px-4 py-2 text-accent-ink" onClick={reset}>
        Try again
      </button>
    </div>
  );
}
