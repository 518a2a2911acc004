/** A bar from 0 to 1; without a share the work has no known end and the bar is striped. */
export function Progress({ label, share }: { label: string; share: number | null }) {
  const now = share === null ? undefined : Math.round(100 * Math.min(1, Math.max(0, share)));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={now}
      className="h-1.5 w-full overflow-hidden rounded-full bg-sunken"
    >
      <div
        className={`h-full rounded-full bg-accent transition-[width] duration-300 ${now === undefined ? "w-full animate-pulse opacity-40" : ""}`}
        style={now === undefined ? undefined : { width: `${now}%` }}
      />
    </div>
  );
}
