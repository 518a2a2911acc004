import { buttonClass } from "../ui/button";

const FORMATS = [
  { format: "csv", name: "Table (CSV)" },
  { format: "jsonl", name: "JSON, one feature a line" },
] as const;

interface Props {
  saeRef: string;
  /** Filters and order of the list, "" for all. */
  list: string;
}

/** The list as it is filtered and sorted, as a file. */
export function ExportMenu({ saeRef, list }: Props) {
  return (
    <details
      className="relative"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector("summary")?.focus();
      }}
    >
      <summary className={buttonClass("ghost", "cursor-pointer list-none px-2 [&::-webkit-details-marker]:hidden")}>
        Export
      </summary>
      <ul
        aria-label="Formats"
        className="absolute right-0 z-20 mt-1 w-max rounded-lg border border-line bg-panel p-1 shadow-lift"
      >
        {FORMATS.map(({ format, name }) => (
          <li key={format}>
            <a
              href={`/api/v1/export/${saeRef}?part=features&format=${format}${list && `&${list}`}`}
              download
              className="flex min-h-9 items-center rounded px-3 text-sm hover:bg-sunken pointer-coarse:min-h-11"
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
