import { poolMask } from "@/lib/datasets/mask";
import { addRegion, type ConceptRegions, type Half, regionPeaks } from "@/lib/sae/concept-regions";
import { encode } from "@/lib/sae/encode";
import type { Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";
import type { Scene, SceneObject } from "@/lib/world/truth";

/** Numbers for names of concepts, in order of appearance. */
export class ConceptNames {
  private readonly ids = new Map<string, number>();
  readonly list: string[] = [];

  id(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    this.ids.set(name, this.list.length);
    this.list.push(name);
    return this.list.length - 1;
  }
}

/** One region of a scene: the pixels with this id in its mask, and what they show. */
export interface SceneRegion {
  id: number;
  concepts: readonly string[];
}

/** Every object, and the ground behind them, by what it is: "object: dog", "color: red". */
export function regionsOf(scene: Scene): SceneRegion[] {
  return [
    { id: 0, concepts: groundConcepts(scene) },
    ...scene.objects.map((object) => ({ id: object.id, concepts: [conceptOf(object)] })),
  ];
}

/** Land is land: only the label on it, an object of its own, tells one country from another. */
function conceptOf({ kind, concept }: SceneObject): string {
  return kind === "land" ? "land" : `${kind}: ${concept}`;
}

function groundConcepts({ theme, background }: Scene): string[] {
  return theme === "map" ? ["sea"] : [`color: ${background.color}`, `texture: ${background.texture}`];
}

/**
 * Adds what each feature does in regions of a scene: its peak over the patches that a region has the majority of.
 * @param cells hidden states of the image's base view, row-major, [rows * cols, d].
 */
export async function addScene(
  to: ConceptRegions,
  names: ConceptNames,
  { width, height, masks }: Scene,
  regions: readonly SceneRegion[],
  cells: Matrix,
  { grid, sae, half }: { grid: { rows: number; cols: number }; sae: Sae; half: Half },
): Promise<void> {
  const ids = poolMask({ width, height, ids: masks }, grid.rows, grid.cols);
  const present = regions.filter(({ id }) => ids.includes(id));
  const regionOfRow = Int32Array.from(ids, (id) => present.findIndex((region) => region.id === id));
  const peaks = regionPeaks(await encode(cells, sae), regionOfRow, present.length);
  for (const [r, { features, peaks: values }] of peaks.entries()) {
    const concepts = present[r]!.concepts.map((name) => names.id(name));
    addRegion(to, { half, concepts, features, peaks: values });
  }
}
