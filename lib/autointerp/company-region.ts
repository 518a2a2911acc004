import { MOST_MASS, massIn } from "@/lib/autointerp/moved-region";
import { shownCells } from "@/lib/autointerp/region";

/** Other features that are looked at in one image, strongest first. */
const LOOKED_AT = 24;

/**
 * The region of another feature in the same image, where this one does next to nothing (at most 10 % of its activation): a hard
 * wrong item, because something is there. Known partners come before others, strong before weak. Null when there is none.
 * @param values of the features that fire in the image
 * @param grid activation codes of this feature there
 * @param partners features that fire with it by their lift
 */
export function companyRegion(
  feature: number,
  values: ReadonlyMap<number, Float32Array>,
  grid: ArrayLike<number>,
  { rows, cols }: { rows: number; cols: number },
  partners: ReadonlySet<number>,
): { feature: number; cells: Uint8Array } | null {
  const strongest = [...values]
    .filter(([f]) => f !== feature)
    .map(([f, v]) => ({ f, v, peak: v.reduce((a, b) => Math.max(a, b), 0), partner: partners.has(f) }))
    .sort((a, b) => Number(b.partner) - Number(a.partner) || b.peak - a.peak || a.f - b.f)
    .slice(0, LOOKED_AT);
  for (const { f, v, peak } of strongest) {
    const codes = Uint8Array.from(v, (x) => (x > 0 ? Math.max(1, Math.round((255 * x) / peak)) : 0));
    const cells = shownCells(codes, rows, cols);
    if (massIn(cells, grid) <= MOST_MASS) return { feature: f, cells };
  }
  return null;
}
