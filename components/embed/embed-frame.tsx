import type { ReactNode } from "react";
import type { EmbedView } from "@/lib/share/embed/format";

/**
 * The ground of an embedded view: no bar above, the theme that its address names, everything without script. What the
 * document has around it (header, skip link) is hidden by a rule of globals.css.
 */
export function EmbedFrame({ view, children }: { view: EmbedView; children: ReactNode }) {
  return (
    <div
      data-embed={view.theme}
      className={`min-h-dvh bg-page p-3 text-ink ${view.theme === "auto" ? "" : view.theme}`}
      style={view.height === null ? undefined : { height: view.height, minHeight: 0, overflowY: "auto" }}
    >
      {children}
    </div>
  );
}

/** Leads from an embedded view to the page it is of, in a window of its own. */
export function BackLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener"
      className="inline-flex min-h-9 items-center text-accent text-xs underline underline-offset-2 pointer-coarse:min-h-11"
    >
      {children}
    </a>
  );
}
