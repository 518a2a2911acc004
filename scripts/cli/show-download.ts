import type { HubProgress, ReportProgress } from "../../lib/model/hub/file";

/** Where lines go: stderr, so that they do not mix with what a command prints. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const MEGABYTE = 1_000_000;
/** Without a terminal: smaller files are not mentioned, larger ones at each quarter. */
const [QUIET, LARGE] = [MEGABYTE, 100 * MEGABYTE];

/** One line a file with percent and size: rewritten on a terminal, else a few plain lines. */
export function showDownload(screen: Screen, now: () => number = () => performance.now()): ReportProgress {
  return screen.isTTY ? rewriting(screen, now) : plain(screen);
}

function rewriting(screen: Screen, now: () => number): ReportProgress {
  let drawn = { about: "", at: 0 };
  return (progress) => {
    const about = `${progress.doing} ${progress.path}`;
    const last = progress.doing === "done" || progress.doing === "listing";
    if (!last && about === drawn.about && now() - drawn.at < REDRAW_MS) return;
    drawn = { about, at: now() };
    // A line that wraps could not be rewritten; the name is what may be cut.
    const line = lineOf(progress).slice(0, (screen.columns || 80) - 1);
    screen.write(`\r${line}\u001b[K${last ? "\n" : ""}`);
  };
}

function plain(screen: Screen): ReportProgress {
  let told = "";
  return (progress) => {
    const { doing, path, done, size } = progress;
    if (doing !== "listing" && (size < QUIET || (doing !== "done" && size < LARGE))) return;
    const at = `${path} ${doing} ${Math.floor((4 * done) / size)}`;
    if (at === told) return;
    told = at;
    screen.write(`${lineOf(progress)}\n`);
  };
}

function lineOf({ doing, path, done, size }: HubProgress): string {
  if (doing === "listing") return path;
  const [unit, name] = size < MEGABYTE ? [1000, "kB"] : [MEGABYTE, "MB"];
  const units = (bytes: number) =>
    (bytes / unit).toLocaleString("en", { maximumFractionDigits: size < 10 * unit ? 1 : 0 });
  if (doing === "done") return `${units(size)} ${name}  ${path}`;
  const percent = size === 0 ? 100 : Math.floor((100 * done) / size);
  return `${doing === "checking" ? "checking " : ""}${percent} %  ${units(done)} of ${units(size)} ${name}  ${path}`;
}
