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

interface Gathered {
  index: Buffer;
  density: Buffer;
  max: Buffer;
  units: Buffer[];
  kind: string[];
  status: string[];
  flags: Buffer;
}

/** One value of each column as bytes, gathered by Postgres: a row per feature in this process would be 131k objects. */
const GATHER = `SELECT
  string_agg(int4send("index"), '' ORDER BY "index") AS "index",
  string_agg(float4send("density"), '' ORDER BY "index") AS "density",
  string_agg(float4send("max"), '' ORDER BY "index") AS "max",
  ARRAY[
    string_agg(float4send("image_share"), '' ORDER BY "index"),
    string_agg(float4send(coalesce("cross_modal", 'NaN')), '' ORDER BY "index"),
    string_agg(float4send(coalesce("detection", 'NaN')), '' ORDER BY "index"),
    string_agg(float4send(coalesce("localisation", 'NaN')), '' ORDER BY "index"),
    string_agg(float4send(coalesce("human", 'NaN')), '' ORDER BY "index")
  ] AS "units",
  array_agg("kind" ORDER BY "index") AS "kind",
  array_agg("status" ORDER BY "index") AS "status",
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
  const units = (bytes: Buffer) =>
    Uint16Array.from(floats(bytes, Number.NaN), (v) => unitCode(Number.isNaN(v) ? null : v));
  const nothing = new Uint16Array(n).fill(unitCode(null));
  const coded = (values: readonly (string | null)[], book: readonly string[]) => {
    const out = new Uint8Array(n).fill(NONE);
    index.forEach((feature, i) => {
      const at = book.indexOf(values[i] ?? "");
      if (at >= 0) out[feature] = at;
    });
    return out;
  };
  const bookOf = (values: readonly (string | null)[]) =>
    [...new Set(values)]
      .filter((v): v is string => v !== null)
      .sort()
      .slice(0, NONE);
  const [kinds, statuses] = [bookOf(got.kind ?? []), bookOf(got.status ?? [])];
  const flags = new Uint8Array(n);
  index.forEach((feature, i) => {
    flags[feature] = got.flags.readInt16BE(2 * i);
  });
  const [imageShare, crossModal, detection, localisation, human] = got.units as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
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
      column("imageShare", units(imageShare), "U16"),
      column("crossModal", units(crossModal), "U16"),
      column("detection", units(detection), "U16"),
      column("localisation", units(localisation), "U16"),
      column("human", units(human), "U16"),
      column("x", nothing, "U16"),
      column("y", nothing, "U16"),
      column("cluster", nothing, "U16"),
      column("kind", coded(got.kind, kinds), "U8"),
      column("status", coded(got.status, statuses), "U8"),
      column("flags", flags, "U8"),
    ],
    { books: JSON.stringify({ kind: kinds, status: statuses, flags: FLAGS }) },
  );
}
