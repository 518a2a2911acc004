/** How the axes and tips of the desk's charts look. */
export const AXIS = { tick: { fontSize: 10.5, fill: "var(--ink-faint)" }, tickLine: false } as const;

export const TIP = {
  background: "var(--panel)",
  border: "1px solid var(--line)",
  borderRadius: 8,
  fontSize: 12,
  color: "var(--ink)",
} as const;

/** Round ticks that cover [lo, hi]: at most `most` steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(lo: number, hi: number, most = 5): number[] {
  const raw = (hi - lo || 1) / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw * (1 - 1e-9)) ?? 10);
  const [from, to] = [Math.floor(lo / step + 1e-9), Math.ceil(hi / step - 1e-9)];
  return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)) + 0);
}
