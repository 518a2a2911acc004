import { getChatModel } from "@/lib/chat/data";
import { AppError } from "@/lib/core/errors";
import { factsOf } from "@/lib/inspect/data";
import type { wordJob } from "@/lib/inspect/job";
import { maskFromCells, positionOfCell, positionsWhere } from "@/lib/inspect/region/format";
import type { InspectResult } from "@/lib/inspect/schema";
import { type Change, cellsUnder, changesOf, peaksAt } from "@/lib/inspect/word/compare";
import { type PixelBox, signBox } from "@/lib/inspect/word/format";
import { type Changed, MOST_CHANGED, type WordParams, type WordResult } from "@/lib/inspect/word/schema";
import { scramble } from "@/lib/inspect/word/scramble";
import { done, type Handler } from "@/lib/jobs/define";
import type { RgbImage } from "@/lib/media/image";
import { composeSign, drawSign } from "@/lib/media/sign";
import type { TapInput, TokenInfo, VisionLanguageModel } from "@/lib/model/types";
import { encode } from "@/lib/sae/encode";
import type { Codes, Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";
import { findSaes } from "@/lib/trace/data";
import { borrowModel, warmSae } from "../warm";
import { answerWithTop } from "./answer-with-top";
import { labImage } from "./lab-input";

/** What a model makes of one image. */
interface Read {
  codes: Codes;
  tokens: TokenInfo[];
  answer: NonNullable<InspectResult["answer"]>;
}

/** The images without a sign that were read last: a drag asks for the same one at every step. */
const plainReads = new Map<string, Promise<Read>>();
const MOST_KEPT = 8;

export const handleWord: Handler<typeof wordJob> = async ({ params, blobs, signal }) => {
  const row = await getChatModel(params.in.split("/")[0] as string);
  const sae = (await findSaes(row.slug, [params.in]))[0]!;
  const { value: model, release } = await borrowModel(row);
  try {
    const image = await labImage(params.image, blobs);
    const weights = await warmSae(sae.hash, sae.checkpoint);
    const signed = await signedImages(image, params);
    const read = (shown: RgbImage) => readImage(model, shown, { params, site: sae.site, weights, signal });
    const key = JSON.stringify([row.hash, sae.hash, params.image, params.text, params.maxTokens]);
    const plain = await kept(key, () => read(image));
    const word = await read(signed.word);
    const scrambled = signed.scrambled && (await read(signed.scrambled));
    const geometry = model.geometryFor(image);
    const under = cellsUnder(geometry, signed.box);
    const versions = { plain, word, ...(scrambled ? { scrambled } : {}) };
    const compared = await compare(versions, { tokens: plain.tokens, geometry, under, saeId: sae.id, params });
    const result: WordResult = {
      image: { width: image.width, height: image.height },
      geometry,
      box: [...signed.box],
      under,
      scrambled: signed.letters,
      ...compared,
    };
    return done(result);
  } finally {
    await release();
  }
};

/** The image with the word, and with its letters in another order on a board of the same size. */
async function signedImages(image: RgbImage, params: WordParams) {
  const sign = drawSign(params.word, params.ink);
  const box = signBox(image, sign.width / sign.height, params);
  const letters = scramble(params.word);
  const other = letters && drawSign(letters, params.ink, sign.width);
  return {
    box,
    letters,
    word: await composeSign(image, sign, box),
    scrambled: other && (await composeSign(image, other, box)),
  } satisfies { box: PixelBox } & Record<string, unknown>;
}

interface Reading {
  params: WordParams;
  site: string;
  weights: Sae;
  signal: AbortSignal;
}

/** Hidden states and answer from one run of the model: the states are looked at where an edit would change them. */
async function readImage(model: VisionLanguageModel, image: RgbImage, reading: Reading): Promise<Read> {
  const { params, site, weights, signal } = reading;
  const input: TapInput = { messages: [{ role: "user", content: params.text, image: true }], image };
  const tokens = model.promptTokens(input);
  let acts: Matrix | undefined;
  const look = (hidden: Matrix) => {
    // The first pass is the prompt's; each later one is of one token of the answer.
    acts ??= { ...hidden, data: hidden.data.slice() };
  };
  const edits = [{ site, apply: look }];
  const answer = await answerWithTop(model, { ...input, maxTokens: params.maxTokens, edits, signal });
  if (acts?.rows !== tokens.length) throw new Error(`${acts?.rows} rows of hidden states for ${tokens.length} tokens.`);
  return { codes: await encode(acts, weights), tokens, answer };
}

function kept(key: string, read: () => Promise<Read>): Promise<Read> {
  const known = plainReads.get(key) ?? read();
  plainReads.delete(key);
  plainReads.set(key, known);
  if (plainReads.size > MOST_KEPT) plainReads.delete(plainReads.keys().next().value as string);
  known.catch(() => plainReads.delete(key));
  return known;
}

interface Compared {
  tokens: TokenInfo[];
  geometry: WordResult["geometry"];
  under: readonly number[];
  saeId: string;
  params: WordParams;
}

async function compare(
  versions: { plain: Read; word: Read; scrambled?: Read },
  { tokens, geometry, under, saeId, params }: Compared,
): Promise<Pick<WordResult, "feature" | "versions" | "gained" | "lost">> {
  const input = { tokens, geometry };
  const cells = new Uint8Array(geometry.rows * geometry.cols);
  for (const cell of under) cells[cell] = 1;
  const within = maskFromCells(input, cells);
  const anywhere = positionsWhere(input, "image");
  const peaks = {
    plain: peaksAt(versions.plain.codes, within),
    word: peaksAt(versions.word.codes, within),
    scrambled: versions.scrambled ? peaksAt(versions.scrambled.codes, within) : null,
  };
  const asked = [...peaks.plain.keys(), ...peaks.word.keys(), ...(params.feature === null ? [] : [params.feature])];
  const facts = await factsOf(saeId, [...new Set(asked)]);
  const changes = changesOf(peaks, (feature) => facts.get(feature)?.aRef ?? 0);
  const told = ({ feature: index, ...change }: Change): Changed => {
    const f = facts.get(index);
    const strongest = Math.max(change.plain, change.word);
    return {
      ...{ ref: `${params.in}/${index}`, index, label: f?.label ?? null, status: f?.status ?? "pending" },
      ...{ aRef: f?.aRef || strongest, density: f?.density ?? 0, ...change },
    };
  };
  const followed = params.feature === null ? null : facts.get(params.feature);
  if (followed === undefined)
    throw new AppError("NOT_FOUND", `There is no feature ${params.feature} in ${params.in}: take one of its list.`);
  const grids = Object.entries(versions).map(([name, { codes, answer }]) => ({
    name: name as keyof typeof versions,
    answer,
    values: params.feature === null ? null : valuesByCell(codes, params.feature, positionOfCell(input)),
    peaks: peaksAt(codes, anywhere),
  }));
  const scale = Math.max(followed?.aRef ?? 0, ...grids.flatMap(({ values }) => [...(values ?? [])])) || 1;
  return {
    feature: followed && {
      index: followed.index,
      label: followed.label,
      status: followed.status,
      aRef: followed.aRef || scale,
      scale,
    },
    versions: grids.map(({ name, answer, values, peaks: all }) => ({
      name,
      peak: values && Math.max(0, ...under.map((cell) => values[cell] as number)),
      anywhere: params.feature === null ? null : (all.get(params.feature) ?? 0),
      cells: values && Buffer.from(bytesOf(values, scale)).toString("base64"),
      answer,
    })),
    gained: changes.gained.slice(0, MOST_CHANGED).map(told),
    lost: changes.lost.slice(0, MOST_CHANGED).map(told),
  };
}

/** A feature's value in every cell of the base view. */
function valuesByCell(codes: Codes, feature: number, positions: Int32Array): Float32Array {
  return Float32Array.from(positions, (p) => {
    for (let t = p * codes.k; p >= 0 && t < (p + 1) * codes.k; t++)
      if (codes.index[t] === feature) return codes.value[t] as number;
    return 0;
  });
}

/** 0 only for exactly 0. */
function bytesOf(values: Float32Array, scale: number): Uint8Array {
  return Uint8Array.from(values, (v) => (v > 0 ? Math.max(1, Math.round((255 * v) / scale)) : 0));
}
