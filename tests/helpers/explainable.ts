import { sha256 } from "@/lib/core/hash";
import { newId } from "@/lib/core/ids";
import { createRng } from "@/lib/core/rng";
import { db } from "@/lib/db/client";
import { copyRows } from "@/lib/db/copy";
import { encodeWebp } from "@/lib/media/image";
import { blobs } from "@/lib/storage/blobs";
import { makeFeatures } from "./feature-rows";

const SIDE = 32;
const GRID = 2;

/** The explain pool of one feature. */
const IMAGES = 4;
const TEXTS = 2;
const MISSES = 4;

/** An SAE whose features wait to be explained: each has images that fire, a text, and near misses. Returns its id. */
export async function makeExplainable(features: number, images = 60, model = "explained"): Promise<string> {
  const saeId = await makeFeatures(
    model,
    "s",
    Array.from({ length: features }, (_, index) => ({ index, density: (features - index) / (2 * features) })),
  );
  const dataset = await db().dataset.create({
    data: {
      ...{ id: newId("dataset"), slug: `of-${model}`, title: "Blots", licence: "CC0", source: "generated", hash: "h" },
      ...{ config: {}, tags: {}, nImages: images, nTexts: 1 },
    },
  });
  await db().sae.update({ where: { id: saeId }, data: { datasetId: dataset.id } });
  const shas: string[] = [];
  for (let i = 0; i < images; i++) {
    const bytes = await encodeWebp(blot(i), { lossless: true });
    shas.push(sha256(bytes));
    await blobs().put(`images/${shas[i]}`, bytes);
  }
  const sample = { datasetId: dataset.id, caption: null, tags: [], thumbhash: null };
  await db().sample.createMany({
    data: [
      ...shas.map((sha, ordinal) => ({ ...sample, ordinal, sha, kind: "image", width: SIDE, height: SIDE })),
      { ...sample, ordinal: images, sha: sha256("a text"), kind: "text", text: "a small dog" },
    ],
  });
  const ids = await db().sample.findMany({ where: { datasetId: dataset.id }, orderBy: { ordinal: "asc" } });
  await copyRows(
    "exemplars",
    exemplars(
      saeId,
      features,
      ids.map(({ id }) => id),
    ),
  );
  return saeId;
}

function* exemplars(saeId: string, features: number, samples: readonly number[]) {
  const images = samples.length - 1;
  for (let index = 0; index < features; index++) {
    const rng = createRng(1, "exemplars", index);
    const drawn = rng.sample(images, IMAGES + MISSES);
    const base = {
      saeId,
      index,
      pool: "explain",
      mean: 1,
      area: 0.25,
      scale: 4,
      offset: 0,
      nearDuplicates: 0,
      resembles: null,
    };
    for (let rank = 0; rank < IMAGES + MISSES; rank++) {
      const fires = rank < IMAGES;
      const peakAt = rng.int(GRID * GRID);
      const grid = Uint8Array.from({ length: GRID * GRID }, (_, cell) => (fires && cell === peakAt ? 255 : 0));
      yield {
        ...base,
        ...{ band: fires ? "top" : "miss", rank: fires ? rank : rank - IMAGES, sampleId: samples[drawn[rank]!] },
        ...{ peak: fires ? 4 - rank / 2 : 0, peakAt, grid, tokens: [], why: fires ? null : "alike" },
      };
    }
    for (let rank = 0; rank < TEXTS; rank++) {
      const tokens = ["a", ` f${index}`, " dog"];
      yield {
        ...base,
        ...{ band: "top", rank: IMAGES + rank, sampleId: samples[images], peak: 2 - rank, peakAt: 1 },
        ...{ grid: Uint8Array.of(0, 255, 0), tokens, why: null },
      };
    }
  }
}

/** A disc on a ground, different for each number. */
function blot(i: number) {
  const rng = createRng(i, "blot");
  const [ground, ink] = [0, 1].map(() => [rng.int(256), rng.int(256), rng.int(256)]);
  const [x, y, radius] = [rng.int(SIDE), rng.int(SIDE), 4 + rng.int(10)];
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let p = 0; p < SIDE * SIDE; p++) {
    data.set(Math.hypot((p % SIDE) - x, Math.floor(p / SIDE) - y) < radius ? ink! : ground!, 3 * p);
  }
  return { width: SIDE, height: SIDE, data };
}
