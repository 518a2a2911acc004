/** Linear places on the screen from places on the map: sx = ax x + bx, sy = ay y + by, in px. */
export interface Projection {
  ax: number;
  bx: number;
  ay: number;
  by: number;
  width: number;
  height: number;
}

export interface Placeable {
  id: number;
  label: string;
  x: number;
  y: number;
  n: number;
}

/** Names longer than this are shown by their first term. */
const LONGEST = 24;

/** The name as it stands on the map; its whole is in the list. */
export function shortName(label: string): string {
  return label.length <= LONGEST ? label : (label.split(", ")[0] as string);
}

/** Px of an average letter and of a line at the label's size. */
const CHAR = 6.1;
const LINE = 20;

/** Labels that fit without covering each other, the largest cluster first, with their places in px. */
export function placeLabels<T extends Placeable>(
  clusters: readonly T[],
  p: Projection,
): { cluster: T; left: number; top: number }[] {
  const taken: { left: number; right: number; top: number; bottom: number }[] = [];
  const placed: { cluster: T; left: number; top: number }[] = [];
  for (const cluster of [...clusters].sort((a, b) => b.n - a.n || a.id - b.id)) {
    const [left, top] = [p.ax * cluster.x + p.bx, p.ay * cluster.y + p.by];
    const half = (CHAR * Math.min(28, shortName(cluster.label).length)) / 2 + 8;
    const box = { left: left - half, right: left + half, top: top - LINE / 2, bottom: top + LINE / 2 };
    if (box.left < 0 || box.right > p.width || box.top < 0 || box.bottom > p.height) continue;
    const covered = taken.some(
      (t) => t.left < box.right && t.right > box.left && t.top < box.bottom && t.bottom > box.top,
    );
    if (covered) continue;
    taken.push(box);
    placed.push({ cluster, left, top });
  }
  return placed;
}
