import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { AppError } from "@/lib/core/errors";
import { sha256 } from "@/lib/core/hash";
import { remember } from "@/lib/core/remember";
import { pgPool } from "@/lib/db/client";
import { encodeSafetensors, type TensorData } from "@/lib/formats/safetensors-write";
import { blobs } from "@/lib/storage/blobs";
import { unitCode } from "./format";
import { MOST_INDEXED } from "./schema";

const zip = promisify(gzip);

const FRESH_MS = 60_000;
const NONE = 255;
/** Flags by their bit. */
const FLAGS = ["position", "always_on", "image_only", "text_only", "corner", "border", "norm"];

const latest = remember<string>(FRESH_MS);

const keyOf = (hash: string) => `columns/${hash}.safetensors.gz`;

/**
 * Hash of the newest column index of an SAE; it is made at most once a minute and kept under its hash.
 * @throws AppError TOO_LARGE above a million features.
 */
export function latestColumns(saeId: string, n: number): Promise<string> {
  if (n > MOST_INDEXED)
    throw new AppError(
      "TOO_LARGE",
      `An index holds up to ${MOST_INDEXED.toLocaleString("en")} features: page the list instead.`,
    );
  return latest(saeId, async () => {
    const bytes = await makeColumns(saeId, n);
    const hash = sha256(bytes).slice(0, 16);
    if (!(await blobs().has(keyOf(hash)))) await blobs().put(keyOf(hash), await zip(bytes));
    return hash;
  });
}

/** The bytes of an index, compressed (gzip) as they are kept. @throws AppError NOT_FOUND */
export async function readColumns(hash: string): Promise<Uint8Array> {
  const bytes = await blobs().get(keyOf(hash));
  if (!bytes) throw new AppError("NOT_FOUND", "This index is no longer stored: ask for the newest one.");
  return bytes;
}

type Gathered = Record<keyof typeof UNITS | "index" | "density" | "max" | "cluster" | "flags", Buffer> &
  Record<"kind" | "status", string>;

/** Columns in [0, 1] by their names in the database. */
const UNITS = {
  imageShare: "image_share",
  crossModal: "cross_modal",
  detection: "detection",
  localisation: "localisation",
  human: "human",
  disagreement: "disagreement",
  x: "x",
  y: "y",
} as const;

/**
 * Each column as one value, bytes or lines, gathered by Postgres: a row per feature in this process would be 131k objects,
 * and the driver reads arrays letter by letter.
 */
const GATHER = `SELECT
  string_agg(int4send("index"), '' ORDER BY "index") AS "index",
  string_agg(float4send("density"), '' ORDER BY "index") AS "density",
  string_agg(float4send("max"), '' ORDER BY "index") AS "max",
  ${Object.entries(UNITS).map(
    ([name, column]) => `string_agg(float4send(coalesce("${column}", 'NaN')), '' ORDER BY "index") AS "${name}"`,
  )},
  string_agg(int4send(coalesce("cluster", -1)), '' ORDER BY "index") AS "cluster",
  string_agg(coalesce("kind", ''), E'\\n' ORDER BY "index") AS "kind",
  string_agg("status", E'\\n' ORDER BY "index") AS "status",
  string_agg(int2send((SELECT coalesce(bit_or(1 << (array_position($2::text[], f) - 1)), 0) FROM unnest("flags") f
    WHERE f = ANY($2::text[]))::int2), '' ORDER BY "index") AS "flags"
  FROM "features" WHERE "sae_id" = $1`;

async function makeColumns(saeId: string, n: number): Promise<Uint8Array> {
  const { rows } = await pgPool().query<Gathered>(GATHER, [saeId, FLAGS]);
  const got = rows[0] as Gathered;
  const index = Array.from({ length: (got.index?.length ?? 0) / 4 }, (_, i) => got.index.readInt32BE(4 * i));
  const floats = (bytes: Buffer, fill: number) => {
    const out = new Float32Array(n).fill(fill);
    index.forEach((feature, i) => {
      out[feature] = bytes.readFloatBE(4 * i);
    });
    return out;
  };
  const units = (bytes: Buffer) => {
    const values = floats(bytes, Number.NaN);
    const out = new Uint16Array(n);
    for (let i = 0; i < n; i++) out[i] = unitCode(Number.isNaN(values[i]) ? null : (values[i] as number));
    return out;
  };
  const coded = (lines: string | null): [codes: Uint8Array, book: string[]] => {
    const values = (lines ?? "").split("\n");
    const book = [...new Set(values)].filter(Boolean).sort().slice(0, NONE);
    const codes = new Map(book.map((value, code) => [value, code]));
    const out = new Uint8Array(n).fill(NONE);
    index.forEach((feature, i) => {
      out[feature] = codes.get(values[i] ?? "") ?? NONE;
    });
    return [out, book];
  };
  const [kind, kinds] = coded(got.kind);
  const [status, statuses] = coded(got.status);
  const flags = new Uint8Array(n);
  index.forEach((feature, i) => {
    flags[feature] = got.flags.readInt16BE(2 * i);
  });
  const cluster = new Uint16Array(n).fill(unitCode(null));
  index.forEach((feature, i) => {
    const id = got.cluster.readInt32BE(4 * i);
    if (id >= 0 && id < unitCode(null)) cluster[feature] = id;
  });
  const column = (name: string, data: TensorData["data"], dtype: TensorData["dtype"]): TensorData => ({
    name,
    dtype,
    shape: [n],
    data,
  });
  return encodeSafetensors(
    [
      column("density", floats(got.density, 0), "F32"),
      column("max", floats(got.max, 0), "F32"),
      column("imageShare", units(got.imageShare), "U16"),
      column("crossModal", units(got.crossModal), "U16"),
      column("detection", units(got.detection), "U16"),
      column("localisation", units(got.localisation), "U16"),
      column("human", units(got.human), "U16"),
      column("disagreement", units(got.disagreement), "U16"),
      column("x", units(got.x), "U16"),
      column("y", units(got.y), "U16"),
      column("cluster", cluster, "U16"),
      column("kind", kind, "U8"),
      column("status", status, "U8"),
      column("flags", flags, "U8"),
    ],
    { books: JSON.stringify({ kind: kinds, status: statuses, flags: FLAGS }) },
  );
}
