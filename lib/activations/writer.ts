import { mkdir, open, readFile, rename, truncate } from "node:fs/promises";
import { join } from "node:path";
import { flagsOf, MEDIAN_ROWS } from "@/lib/activations/flags";
import {
  dtypeBytes,
  type ExampleRecord,
  exampleSchema,
  manifestHash,
  type ShardList,
  type StoreManifest,
  storeName,
} from "@/lib/activations/manifest";
import { createRowIndex, type RowIndex } from "@/lib/activations/row-index";
import { ShardWriter } from "@/lib/activations/shard-writer";
import { openStore } from "@/lib/activations/store";
import { canonicalJson } from "@/lib/core/hash";
import { saturateHalfInto } from "@/lib/formats/half";
import { assertCols, type Matrix } from "@/lib/tensor/matrix";
import { quantile, rowNorms } from "@/lib/tensor/stats";

/** The rows of one example (an image with its prompt, or a text), in order of position. */
export interface ExampleRows extends Omit<ExampleRecord, "rows"> {
  acts: Matrix; // [rows, d] raw units
  kinds: Uint8Array; // [rows] ROW_KIND
  /** Row that holds the beginning-of-text token, -1 when there is none (default 0 when the store flags it). */
  bosRow?: number;
}

export interface StoreWriter {
  folder: string;
  /** First example number that is not stored yet: where a resumed run continues. */
  nextExample: number;
  /** True when the store is finished already; `add` is then an error. */
  complete: boolean;
  /** Adds the next example; numbers must ascend. */
  add(example: ExampleRows): Promise<void>;
  /** Writes the last shard. With `complete` (default) the store is marked as finished. */
  close(options?: { complete?: boolean }): Promise<void>;
}

export interface WriterOptions {
  /** A shard ends with the example that reaches this many bytes of values (default 64 MiB). */
  shardBytes?: number;
  /** First rows, at least, whose median norm the outlier flag refers to (default 4096). */
  medianRows?: number;
}

/**
 * Opens `<root>/<hash of the manifest>` for writing, or continues it: listed shards are verified, everything else in the
 * folder is leftover of a killed run and is written again. Memory holds one shard's row index, not its values.
 */
export async function openStoreWriter(
  root: string,
  manifest: StoreManifest,
  { shardBytes = 64 * 1024 * 1024, medianRows = MEDIAN_ROWS }: WriterOptions = {},
): Promise<StoreWriter> {
  const folder = join(root, storeName(manifest));
  await mkdir(folder, { recursive: true });
  const list = await resumeList(folder, manifest);
  const writer = new Writer(folder, manifest, list, { shardBytes, medianRows });
  await writer.trimExamples();
  return writer;
}

async function resumeList(folder: string, manifest: StoreManifest): Promise<ShardList> {
  const store = await openStore(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (store) {
    await store.verify();
    return store.list;
  }
  await replace(join(folder, "manifest.json"), `${canonicalJson(manifest)}\n`);
  return { manifest_sha256: manifestHash(manifest), median_norm: 0, complete: false, shards: [] };
}

class Writer implements StoreWriter {
  private shard: ShardWriter | null = null;
  private lines: string[] = []; // of the shard under construction
  private waiting: { example: ExampleRows; norms: Float32Array }[] = []; // until the median norm is known
  private waitingRows = 0;
  private last = -1;
  nextExample = 0;

  constructor(
    readonly folder: string,
    private readonly manifest: StoreManifest,
    private readonly list: ShardList,
    private readonly options: Required<WriterOptions>,
  ) {}

  get complete(): boolean {
    return this.list.complete;
  }

  /** Cuts examples.jsonl back to what listed shards hold. */
  async trimExamples(): Promise<void> {
    const path = join(this.folder, "examples.jsonl");
    const kept = this.list.shards.reduce((sum, shard) => sum + shard.examples, 0);
    const text = await readFile(path, "utf8").catch(() => "");
    let end = 0;
    for (let line = 0; line < kept; line++) end = text.indexOf("\n", end) + 1;
    const lastLine = text.slice(text.lastIndexOf("\n", end - 2) + 1, end);
    if (kept > 0) this.last = exampleSchema.parse(JSON.parse(lastLine)).example;
    this.nextExample = this.last + 1;
    if (text.length > end) await truncate(path, Buffer.byteLength(text.slice(0, end)));
  }

  async add(example: ExampleRows): Promise<void> {
    this.check(example);
    this.last = example.example;
    this.nextExample = this.last + 1;
    const norms = rowNorms(example.acts);
    if (this.list.shards.length > 0 || this.list.median_norm > 0) return this.store(example, norms);
    const acts = { ...example.acts, data: example.acts.data.slice() };
    this.waiting.push({ example: { ...example, acts, kinds: example.kinds.slice() }, norms });
    this.waitingRows += example.acts.rows;
    if (this.waitingRows >= this.options.medianRows) await this.release();
  }

  private check({ example, acts, kinds }: ExampleRows): void {
    assertCols(acts, this.manifest.d, `example ${example}`);
    if (this.complete) throw new RangeError(`${this.folder} is complete: no example can be added`);
    if (example <= this.last) throw new RangeError(`example ${example} after ${this.last}: numbers must ascend`);
    if (acts.rows === 0 || acts.rows > 65_536)
      throw new RangeError(`example ${example}: 1 to 65536 rows, got ${acts.rows}`);
    if (kinds.length !== acts.rows)
      throw new RangeError(`example ${example}: ${kinds.length} kinds for ${acts.rows} rows`);
  }

  /** Fixes the median norm and writes what waited for it. */
  private async release(): Promise<void> {
    const norms = this.waiting.flatMap((item) => [...item.norms]);
    this.list.median_norm = quantile(norms, 0.5) ?? 0;
    for (const item of this.waiting) await this.store(item.example, item.norms);
    this.waiting = [];
    this.waitingRows = 0;
  }

  private async store(example: ExampleRows, norms: Float32Array): Promise<void> {
    const { acts, kinds } = example;
    this.shard ??= await ShardWriter.create(this.folder, this.list.shards.length);
    await this.shard.add(this.encode(acts), this.indexOf(example, norms));
    const { example: number, image_id, prompt, views } = example;
    this.lines.push(`${JSON.stringify({ example: number, image_id, prompt, views, rows: kinds.length })}\n`);
    if (this.shard.rows * this.manifest.d * dtypeBytes(this.manifest.dtype) >= this.options.shardBytes)
      await this.flush();
  }

  private encode(acts: Matrix): Uint8Array {
    const values = acts.data.subarray(0, acts.rows * acts.cols);
    if (this.manifest.dtype === "F32") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const half = new Uint16Array(values.length);
    saturateHalfInto(half, values);
    return new Uint8Array(half.buffer);
  }

  private indexOf({ example, kinds, bosRow = 0 }: ExampleRows, norms: Float32Array): RowIndex {
    const index = createRowIndex(kinds.length);
    index.example.fill(example);
    index.kind.set(kinds);
    index.flags.set(flagsOf(norms, bosRow, this.list.median_norm, this.manifest.rows_flagged));
    for (let r = 0; r < kinds.length; r++) index.position[r] = r;
    return index;
  }

  /** Order matters: values, then example lines, then the list that makes both count. */
  private async flush(): Promise<void> {
    if (!this.shard) return;
    const entry = await this.shard.finish();
    this.shard = null;
    const examples = await open(join(this.folder, "examples.jsonl"), "a");
    await examples.writeFile(this.lines.join(""));
    await examples.sync();
    await examples.close();
    this.lines = [];
    this.list.shards.push(entry);
    await this.writeList();
  }

  private writeList(): Promise<void> {
    return replace(join(this.folder, "shards.json"), `${JSON.stringify(this.list, null, 1)}\n`);
  }

  async close({ complete = true }: { complete?: boolean } = {}): Promise<void> {
    if (this.complete) return;
    if (this.waiting.length > 0) await this.release();
    await this.flush();
    this.list.complete = complete;
    await this.writeList();
  }
}

async function replace(path: string, text: string): Promise<void> {
  const handle = await open(`${path}.tmp`, "w");
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
  await rename(`${path}.tmp`, path);
}
