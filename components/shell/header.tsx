import { Link } from "../ui/link";
import { HelpDialog } from "./help-dialog";
import { ThemeToggle } from "./theme-toggle";

const PAGES = [
  ["Inspect", "/inspect", "gi"],
  ["Steer", "/steer", "gs"],
  ["Trace", "/trace", "gt"],
  ["Map", "/map", "gm"],
  ["Studies", "/studies", "gu"],
  ["Runs", "/runs", "gr"],
] as const;

/** The bar above every page. The search box is a plain form: it works before any script has loaded. */
export function Header() {
  return (
    <header className="sticky top-0 z-30 border-line border-b bg-page/95">
      <div className="mx-auto flex h-14 max-w-[90rem] items-center gap-3 px-4 sm:gap-5 sm:px-6">
        <Link
          href="/"
          aria-label="Fovea, home"
          data-key="gh"
          className="flex shrink-0 items-center gap-2.5 rounded font-semibold tracking-tight"
        >
          <Logo />
          <span className="hidden text-[1.05rem] sm:inline">Fovea</span>
        </Link>
        {/* biome-ignore lint/a11y/useSemanticElements: <search> is not known to the supported browsers yet */}
        <form action="/search" role="search" className="relative min-w-0 max-w-xl flex-1">
          <svg
            viewBox="0 0 20 20"
            aria-hidden="true"
            className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-ink-faint"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
          >
            <circle cx="8.5" cy="8.5" r="5.5" />
            <path d="m13 13 4 4" strokeLinecap="round" />
          </svg>
          <input
            type="search"
            name="q"
            aria-label="Search features"
            placeholder="Search features"
            data-key="/"
            autoComplete="off"
            enterKeyHint="search"
            className="h-9 w-full rounded-lg border border-line bg-panel pr-2 pl-8 sm:pr-9 text-sm placeholder:text-ink-faint pointer-coarse:h-11 pointer-coarse:text-base"
          />
          <span
            aria-hidden="true"
            className="pointer-events-none absolute top-2 right-2 hidden rounded border border-line bg-sunken px-1.5 font-mono text-2xs leading-[1.1rem] text-ink-faint sm:block"
          >
            /
          </span>
        </form>
        <nav aria-label="Main" className="ml-auto flex items-center gap-1 text-sm max-sm:gap-0">
          {PAGES.map(([name, href, keys]) => (
            <Link
              key={href}
              href={href}
              data-key={keys}
              className="rounded-lg px-2.5 py-2 font-medium text-ink-soft hover:bg-sunken hover:text-ink max-md:hidden"
            >
              {name}
            </Link>
          ))}
          <details className="relative md:hidden">
            <summary
              aria-label="Menu"
              className="grid size-11 cursor-pointer list-none place-items-center rounded-lg text-ink-soft hover:bg-sunken [&::-webkit-details-marker]:hidden"
            >
              <svg viewBox="0 0 20 20" className="size-5" aria-hidden="true" stroke="currentColor" strokeWidth="1.8">
                <path d="M3 5.5h14M3 10h14M3 14.5h14" strokeLinecap="round" />
              </svg>
            </summary>
            {/* Plain anchors: a new document closes the menu. */}
            <ul className="absolute top-12 right-0 w-40 rounded-xl border border-line bg-panel p-1.5 shadow-lift">
              {PAGES.map(([name, href]) => (
                <li key={href}>
                  <a href={href} className="flex min-h-11 items-center rounded-lg px-3 font-medium hover:bg-sunken">
                    {name}
                  </a>
                </li>
              ))}
            </ul>
          </details>
          <ThemeToggle />
          <HelpDialog />
        </nav>
      </div>
    </header>
  );
}

/** Concentric fields around a small sharp centre, as in the eye. */
function Logo() {
  return (
    <svg viewBox="0 0 24 24" className="size-6" aria-hidden="true">
      <circle cx="12" cy="12" r="10.2" fill="none" stroke="currentColor" strokeWidth="1.5" opacity=".28" />
      <circle cx="12" cy="12" r="6.4" fill="none" stroke="currentColor" strokeWidth="1.7" opacity=".6" />
      <circle cx="12" cy="12" r="3" fill="var(--accent)" />
    </svg>
  );
}
