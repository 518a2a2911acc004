interface Props {
  /** Explanations by the tenth that their score lies in. */
  values: readonly number[];
  /** The same under the explanations of other features. */
  controls: readonly number[];
}

const WIDE = 6;
const HIGH = 24;

/** How scores spread from 0 to 1: bars, with their controls as a line over them. Drawing only: the words stand beside. */
export function ScoreDistribution({ values, controls }: Props) {
  const most = Math.max(1, ...values, ...controls);
  const tall = (n: number) => Math.round((100 * HIGH * n) / most) / 100;
  const width = WIDE * values.length;
  const line = controls.map((n, i) => `${i === 0 ? "M0 " : "V"}${HIGH - tall(n)}H${(i + 1) * WIDE}`).join("");
  return (
    <svg
      viewBox={`0 -1 ${width} ${HIGH + 2}`}
      width={width}
      height={HIGH + 2}
      className="inline-block"
      aria-hidden="true"
    >
      {values.map((n, i) => (
        <rect key={i} x={i * WIDE} y={HIGH - tall(n)} width={WIDE - 1} height={tall(n)} className="fill-bar" />
      ))}
      <path d={line} className="fill-none stroke-warn" />
    </svg>
  );
}
