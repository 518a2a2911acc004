/** How the axes and tips of the desk's charts look. */
export const AXIS = { tick: { fontSize: 10.5, fill: "var(--ink-faint)" }, tickLine: false } as const;

export const TIP = {
  background: "var(--panel)",
  border: "1px solid var(--line)",
  borderRadius: 8,
  fontSize: 12,
  color: "var(--ink)",
} as const;
