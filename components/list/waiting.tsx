/** The place of a row that is on its way. */
export function Waiting({ index }: { index: number }) {
  return (
    <div className="nums grid h-full place-items-center rounded-xl border border-line border-dashed text-ink-faint text-xs">
      #{index}
    </div>
  );
}
