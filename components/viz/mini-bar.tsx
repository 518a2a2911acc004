/** Image share of a feature: blue for image tokens, amber for text tokens; the words say the same. */
export function ModalityBar({ imageShare, className = "w-16" }: { imageShare: number; className?: string }) {
  const image = Math.round(100 * imageShare);
  const words = `image ${image} %, text ${100 - image} %`;
  return (
    <span
      className={`inline-block h-2 overflow-hidden rounded-full align-middle ${className}`}
      role="img"
      aria-label={words}
      title={words}
      style={{ background: "var(--text-hue)" }}
    >
      <span
        className="block h-full"
        style={{
          width: `${image}%`,
          background: "var(--image)",
          boxShadow: image > 0 && image < 100 ? "1px 0 0 var(--panel)" : undefined,
        }}
      />
    </span>
  );
}

/** A value in [0, 1] as a thin bar, with an optional mark for its control and a thin one for chance. */
export function MiniBar({
  value,
  control,
  chance,
  lo,
  hi,
}: {
  value: number;
  control?: number | null;
  chance?: number | null;
  lo?: number | null;
  hi?: number | null;
}) {
  const left = (x: number) => `${100 * Math.min(1, Math.max(0, x))}%`;
  return (
    <span className="relative block h-2 w-full rounded-full bg-sunken" aria-hidden="true">
      <span className="absolute inset-y-0 left-0 rounded-full bg-bar" style={{ width: left(value) }} />
      {lo !== undefined && lo !== null && hi !== undefined && hi !== null && (
        <span
          className="absolute top-1/2 h-px -translate-y-1/2 bg-ink"
          style={{ left: left(lo), width: `calc(${left(hi)} - ${left(lo)})` }}
        />
      )}
      {chance !== undefined && chance !== null && (
        <span className="absolute -inset-y-1 border-ink-faint border-l border-dashed" style={{ left: left(chance) }} />
      )}
      {control !== undefined && control !== null && (
        <span className="absolute -inset-y-0.5 w-0.5 bg-warn" style={{ left: left(control) }} />
      )}
    </span>
  );
}
