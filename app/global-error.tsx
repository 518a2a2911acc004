"use client";

/** Shown when the layout itself fails: no styles, no other component may be needed. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ font: "16px system-ui", padding: "3rem", textAlign: "center" }}>
        <h1>Fovea could not make this page</h1>
        <p>The server&rsquo;s log has the reason.</p>
        <button type="button" onClick={reset}>
          Try again
        </button>
      </body>
    </html>
  );
}
