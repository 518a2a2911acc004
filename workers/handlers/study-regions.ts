import { poolMask } from "@/lib/datasets/mask";
import { addScene, ConceptNames, regionsOf } from "@/lib/datasets/scene-regions";
import { type InspectCodes, queryRegion, type RegionSort } from "@/lib/inspect/codes/format";
import { collectCodes } from "@/lib/inspect/collect";
import { factsOf } from "@/lib/inspect/data";
import { inspectAddress } from "@/lib/inspect/desk/format";
import { bitsOfCells } from "@/lib/inspect/region";
import { boxAround, clickOn } from "@/lib/inspect/region/pointing";
import { encodePng } from "@/lib/media/image";
import { alignedLatents, apartDirection } from "@/lib/sae/alignment";
import { conceptF1, FOUND_F1 } from "@/lib/sae/concept-f1";
import { createRegions, type Half } from "@/lib/sae/concept-regions";
import { encode } from "@/lib/sae/encode";
import { storeImage } from "@/lib/samples/mutations";
import { type Hits, shareFigure, shareOf } from "@/lib/studies/figures";
import type { Case, StudyResult } from "@/lib/studies/schema";
import { signTest } from "@/lib/tensor/stats";
import type { Atlas } from "@/lib/world/atlas";
import { makeScene, SPLITS } from "@/lib/world/scene";
import type { Scene } from "@/lib/world/truth";
import { type StudyScene, tapped } from "./study-scene";

/** Scenes to find each concept's features on, and as many others to point at things in. */
const SCENES = 1500;
const FIRST = SPLITS.test + 900_000_000;
/** Places of the list that a reader sees at a glance. */
const SEEN = 5;
const CASES = 24;

type Order = RegionSort | "value" | "looks";

/** Ways to ask about a thing; by value alone is how lists of other tools are ordered. */
const WAYS = [
  { words: "plain click: largest value at its middle cell", mask: clickOn, sort: "value" },
  { words: "click: largest share of its reference strength", mask: clickOn, sort: "strength" },
  { words: "click, less all else", mask: clickOn, sort: "specificity" },
  { words: "box around it: strongest on average", mask: boxAround, sort: "strength" },
  { words: "box around it, less all else", mask: boxAround, sort: "specificity" },
  { words: "exactly its cells: strongest on average", mask: (cells: Uint8Array) => cells, sort: "strength" },
  { words: "exactly its cells, less all else", mask: (cells: Uint8Array) => cells, sort: "specificity" },
  { words: "box around it: decoder rows along what sets it apart", mask: boxAround, sort: "looks" },
  {
    words: "exactly its cells: decoder rows along what sets them apart",
    mask: (cells: Uint8Array) => cells,
    sort: "looks",
  },
] as const satisfies readonly {
  words: string;
  mask: (cells: Uint8Array, cols: number) => Uint8Array;
  sort: Order;
}[];
const [PLAIN, CLICK, BOX, CELLS] = [0, 1, 4, 6];
/** Ways that are compared thing by thing: a click and a region. */
const PAIRS = [
  [PLAIN, BOX],
  [CLICK, BOX],
  [PLAIN, CELLS],
] as const;

/**
 * Whether the list of an inspection shows what is pointed at: the features of its concept, which were found on other scenes, among the
 * first five. A plain click is set beside a region that is compared with the rest of the image.
 */
export async function studyRegions(study: StudyScene): Promise<Omit<StudyResult, "name">> {
  const { ctx, model, sae, saeId, ref, site, atlas } = study;
  const n = ctx.params.n || SCENES;
  const names = new ConceptNames();
  const known = createRegions(sae.n);
  for await (const { scene, cells, grid, done } of tapped(model, site, scenes(atlas, 0, n), ctx.signal)) {
    ctx.progress({ stage: "what features show", done, total: 2 * n });
    await addScene(known, names, scene, regionsOf(scene), cells, { grid, sae, half: (scene.seed % 2) as Half });
  }
  const detectors = conceptF1(known, { minRegions: 4 });
  const featuresOf = new Map<string, Set<number>>();
  for (const { concept, feature, f1 } of [...detectors.features, ...detectors.concepts]) {
    if (f1 <= FOUND_F1 || feature < 0) continue;
    const name = names.list[concept] as string;
    featuresOf.set(name, (featuresOf.get(name) ?? new Set()).add(feature));
  }
  const facts = await factsOf(saeId, [...Array(sae.n).keys()]);

  const concepts = [...featuresOf.keys()];
  const own: Hits[] = WAYS.map(() => ({ hits: 0, of: 0 }));
  const others: Hits[] = WAYS.map(() => ({ hits: 0, of: 0 }));
  const cases: Case[] = [];
  const once: Hits[] = WAYS.map(() => ({ hits: 0, of: 0 }));
  const pairs = PAIRS.map(() => ({ better: 0, worse: 0 }));
  let things = 0;
  for await (const { scene, cells, grid, done } of tapped(model, site, scenes(atlas, n, n), ctx.signal)) {
    ctx.progress({ stage: "pointing", done: n + done, total: 2 * n });
    const codes = collectCodes(await encode(cells, sae), (feature) => facts.get(feature));
    const within = new Uint8Array(grid.rows * grid.cols).fill(1);
    const ids = poolMask({ width: scene.width, height: scene.height, ids: scene.masks }, grid.rows, grid.cols);
    const regions = regionsOf(scene);
    for (const { id, concepts: shown } of regions) {
      const region = ids.map((cell) => (cell === id ? 1 : 0));
      if (id === 0 || !region.includes(1)) continue;
      things++;
      const concept = shown[0] as string;
      const truth = featuresOf.get(concept);
      if (!truth) continue;
      const single = regions.filter(({ concepts: shows }) => shows.includes(concept)).length === 1;
      // Half of the list away: what it would find of a concept that is not there.
      const other = featuresOf.get(concepts[(concepts.indexOf(concept) + (concepts.length >> 1)) % concepts.length]!)!;
      const masks = WAYS.map(({ mask }) => mask(region, grid.cols));
      const found = WAYS.map(({ sort }, w) => {
        const first =
          sort === "looks"
            ? alignedLatents(apartDirection(cells, masks[w]!, within), sae, SEEN).map(({ index }) => index)
            : firstOf(codes, masks[w]!, within, sort);
        const hit = first.some((feature) => truth.has(feature));
        count(own[w]!, hit);
        if (single) count(once[w]!, hit);
        count(
          others[w]!,
          first.some((feature) => other.has(feature)),
        );
        return { first, hit };
      });
      const [click, box] = [found[CLICK]!, found[BOX]!];
      for (const [i, [click, region]] of PAIRS.entries()) {
        if (found[click]!.hit !== found[region]!.hit) pairs[i]![found[region]!.hit ? "better" : "worse"]++;
      }
      if (click.hit === box.hit || cases.length >= CASES) continue;
      const name = (feature: number) => facts.get(feature)?.label ?? `#${feature}`;
      const image = await stored(scene);
      cases.push({
        ...{ title: concept, ref: `${ref}/${[...truth][0]}`, image, question: "first three of the list" },
        href: inspectAddress({ in: [ref], image, a: bitsOfCells(masks[BOX]!) }),
        before: click.first.slice(0, 3).map(name).join(", "),
        after: box.first.slice(0, 3).map(name).join(", "),
        good: box.hit,
      });
    }
  }
  return {
    title: "A region says more than a click",
    about: `Features of each concept are those with an F1 above ${FOUND_F1} on ${n} scenes whose objects are known. In ${n} other scenes every such object is pointed at: a hit is when a feature of its concept is among the first ${SEEN} of the list. Control: features of another concept.`,
    figures: [
      ...WAYS.map(({ words }, w) => shareFigure(words, own[w]!, shareOf(others[w]!))),
      ...[PLAIN, CLICK, BOX, CELLS].map((w) =>
        shareFigure(`nothing like it elsewhere in the picture: ${WAYS[w]!.words}`, once[w]!),
      ),
    ],
    cases,
    notes: [
      `${own[0]!.of} of ${things} objects are of one of the ${concepts.length} concepts that some feature shows.`,
      ...PAIRS.map(([click, region], i) => compared(WAYS[click]!.words, WAYS[region]!.words, pairs[i]!)),
    ],
  };
}

function compared(click: string, region: string, { better, worse }: { better: number; worse: number }): string {
  const p = signTest(better, worse);
  const chance = p === null ? "-" : p < 0.001 ? "< 0.001" : p.toFixed(3);
  return `“${region}” finds ${better} that “${click}” misses, and misses ${worse} that it finds (sign test, p ${chance}).`;
}

function firstOf(codes: InspectCodes, a: Uint8Array, within: Uint8Array, sort: RegionSort | "value"): number[] {
  const hits = queryRegion(codes, { a, within, sort: sort === "value" ? "strength" : sort });
  if (sort === "value") hits.sort((x, y) => y.a - x.a);
  return hits.slice(0, SEEN).map(({ feature }) => feature);
}

function count(to: Hits, hit: boolean): void {
  to.of++;
  if (hit) to.hits++;
}

/** Pictures of things, then signs and maps by turns. */
function* scenes(atlas: Atlas, from: number, n: number): Generator<Scene> {
  const themes = ["objects", "objects", "signs", "objects", "map", "face"] as const;
  for (let i = from; i < from + n; i++) yield makeScene(atlas, FIRST + i, { theme: themes[Math.floor(i / 2) % 6]! });
}

async function stored({ width, height, pixels }: Scene): Promise<string> {
  return (await storeImage(await encodePng({ width, height, data: pixels }))).sha;
}
