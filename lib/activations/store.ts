import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  dtypeBytes,
  type ExampleRecord,
  exampleSchema,
  manifestHash,
  manifestSchema,
  type ShardEntry,
  type ShardList,
  type StoreManifest,
  shardsSchema,
} from "@/lib/activations/manifest";
import { decodeRowIndex, ROW_BYTES, type RowIndex } from "@/lib/activations/row-index";
import { actsFile, rowsFile } from "@/lib/activations/shard-writer";
import { AppError } from "@/lib/core/errors";
import { halfToFloatInto } from "@/lib/formats/half";
import type { Matrix } from "@/lib/tensor/matrix";

/** Consecutive rows of whole examples. `first` is the global row number of the block's first row. */
export interface RowBlock extends RowIndex {
  first: number;
  acts: Matrix; // [rows, d] raw units
}

/** Where a block lies; reading by block keeps the disk sequential. */
export interface BlockPlace {
  shard: number;
  from: number; // row within the shard
  to: number;
}

/** A readable store. Memory is bounded by one block, whatever the size. */
export interface ActivationStore {
  folder: string;
  manifest: StoreManifest;
  list: ShardList;
  rows: number;
  /** Rows by kind number over all shards, and how many carry a flag. */
  counts: { kinds: number[]; flagged: number };
  /** Lines of examples.jsonl, in order. */
  examples(): AsyncGenerator<ExampleRecord>;
  /** Places of all blocks of about `blockRows` rows, cut between examples. */
  places(blockRows?: number): Promise<BlockPlace[]>;
  /** Places of the runs of rows that satisfy `keep`, found without reading activations. */
  placesWhere(keep: (index: RowIndex, r: number) => boolean): Promise<BlockPlace[]>;
  readBlock(place: BlockPlace): Promise<RowBlock>;
  /** All rows in order, block by block. */
  blocks(options?: { blockRows?: number; signal?: AbortSignal }): AsyncGenerator<RowBlock>;
  /** Recomputes every shard's hash; throws FORMAT_UNREADABLE naming the first shard that differs. */
  verify(): Promise<void>;
}

const unreadable = (message: string) => new AppError("FORMAT_UNREADABLE", message);

/** Opens a store folder: checks manifest, list and file sizes. ENOENT when there is no store yet. */
export async function openStore(folder: string): Promise<ActivationStore> {
  const list = shardsSchema.parse(JSON.parse(await readFile(join(folder, "shards.json"), "utf8")));
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));
  if (manifestHash(manifest) !== list.manifest_sha256) {
    throw unreadable(`${folder}: manifest.json does not match shards.json: the store was edited, remove it`);
  }
  for (const shard of list.shards) await checkSizes(folder, manifest, shard);
  return new Store(folder, manifest, list);
}

async function checkSizes(folder: string, manifest: StoreManifest, { name, rows }: ShardEntry): Promise<void> {
  const expected = [
    [actsFile(name), rows * manifest.d * dtypeBytes(manifest.dtype)],
    [rowsFile(name), rows * ROW_BYTES],
  ] as const;
  for (const [file, bytes] of expected) {
    const found = await stat(join(folder, file)).catch(() => null);
    if (found?.size !== bytes)
      throw unreadable(`${file}: ${found?.size ?? "no"} bytes, but ${rows} rows need ${bytes}`);
  }
}

class Store implements ActivationStore {
  readonly rows: number;
  readonly counts: ActivationStore["counts"];
  private readonly firstRow: number[] = []; // global row number of each shard's first row

  constructor(
    readonly folder: string,
    readonly manifest: StoreManifest,
    readonly list: ShardList,
  ) {
    this.counts = { kinds: [0, 0, 0, 0, 0], flagged: 0 };
    let rows = 0;
    for (const shard of list.shards) {
      this.firstRow.push(rows);
      rows += shard.rows;
      this.counts.flagged += shard.counts.flagged;
      shard.counts.kinds.forEach((count, kind) => {
        this.counts.kinds[kind]! += count;
      });
    }
    this.rows = rows;
  }

  async *examples(): AsyncGenerator<ExampleRecord> {
    const count = this.list.shards.reduce((sum, shard) => sum + shard.examples, 0);
    let seen = 0;
    for await (const line of createInterface({ input: createReadStream(join(this.folder, "examples.jsonl")) })) {
      if (seen++ >= count) return; // lines of a shard that was never listed
      yield exampleSchema.parse(JSON.parse(line));
    }
  }

  async places(blockRows = 8192): Promise<BlockPlace[]> {
    const out: BlockPlace[] = [];
    for (let shard = 0; shard < this.list.shards.length; shard++) {
      const { example } = await this.rowIndex(shard);
      let from = 0;
      let boundary = 0; // start of the example at hand
      for (let r = 1; r <= example.length; r++) {
        if (r < example.length && example[r] === example[r - 1]) continue;
        if (r - from > blockRows && boundary > from) {
          out.push({ shard, from, to: boundary });
          from = boundary;
        }
        boundary = r;
      }
      out.push({ shard, from, to: example.length });
    }
    return out;
  }

  async placesWhere(keep: (index: RowIndex, r: number) => boolean): Promise<BlockPlace[]> {
    const out: BlockPlace[] = [];
    for (let shard = 0; shard < this.list.shards.length; shard++) {
      const index = await this.rowIndex(shard);
      const rows = index.example.length;
      for (let from = 0; from < rows; from++) {
        if (!keep(index, from)) continue;
        let to = from + 1;
        while (to < rows && keep(index, to)) to++;
        out.push({ shard, from, to });
        from = to;
      }
    }
    return out;
  }

  private async rowIndex(shard: number): Promise<RowIndex> {
    return decodeRowIndex(await readFile(join(this.folder, rowsFile(this.list.shards[shard]!.name))));
  }

  async readBlock({ shard, from, to }: BlockPlace): Promise<RowBlock> {
    const { name } = this.list.shards[shard]!;
    const { d, dtype } = this.manifest;
    const width = dtypeBytes(dtype) * d;
    const rows = await readBytes(join(this.folder, rowsFile(name)), from * ROW_BYTES, (to - from) * ROW_BYTES);
    const values = await readBytes(join(this.folder, actsFile(name)), from * width, (to - from) * width);
    const data = dtype === "F32" ? new Float32Array(values.buffer) : new Float32Array((to - from) * d);
    if (dtype === "F16") halfToFloatInto(data, new Uint16Array(values.buffer));
    const acts = { data, rows: to - from, cols: d };
    return { first: this.firstRow[shard]! + from, acts, ...decodeRowIndex(rows) };
  }

  async *blocks(options: { blockRows?: number; signal?: AbortSignal } = {}): AsyncGenerator<RowBlock> {
    for (const place of await this.places(options.blockRows)) {
      options.signal?.throwIfAborted();
      yield await this.readBlock(place);
    }
  }

  async verify(): Promise<void> {
    for (const { name, sha256 } of this.list.shards) {
      const hash = createHash("sha256");
      for (const file of [actsFile(name), rowsFile(name)]) {
        for await (const chunk of createReadStream(join(this.folder, file))) hash.update(chunk as Buffer);
      }
      if (hash.digest("hex") !== sha256) {
        throw unreadable(`shard ${name} of ${this.folder} does not match its hash: remove the store and cache again`);
      }
    }
  }
}

async function readBytes(path: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(length);
  const handle: FileHandle = await open(path, "r");
  try {
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(out, done, length - done, offset + done);
      if (bytesRead === 0) throw unreadable(`${path} ended at byte ${offset + done}`);
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return out;
}
