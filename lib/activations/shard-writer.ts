import { createHash } from "node:crypto";
import { type FileHandle, open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { ShardEntry } from "@/lib/activations/manifest";
import { encodeRowIndex, type RowIndex } from "@/lib/activations/row-index";

export const actsFile = (name: string) => `acts-${name}.bin`;
export const rowsFile = (name: string) => `rows-${name}.bin`;

/** One shard under construction: values go straight to a temporary file, only the row index stays in memory. */
export class ShardWriter {
  private readonly hash = createHash("sha256");
  private readonly parts: RowIndex[] = [];
  private readonly counts = { kinds: [0, 0, 0, 0, 0], flagged: 0 };
  rows = 0;
  examples = 0;

  private constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly handle: FileHandle,
  ) {}

  static async create(folder: string, number: number): Promise<ShardWriter> {
    const name = String(number).padStart(6, "0");
    return new ShardWriter(folder, name, await open(join(folder, `${actsFile(name)}.tmp`), "w"));
  }

  /** Adds one example: its stored values as bytes and its row index. */
  async add(values: Uint8Array, index: RowIndex): Promise<void> {
    this.hash.update(values);
    await this.handle.writeFile(values);
    this.parts.push(index);
    this.rows += index.kind.length;
    this.examples++;
    for (let r = 0; r < index.kind.length; r++) {
      this.counts.kinds[index.kind[r]!]!++;
      if (index.flags[r] !== 0) this.counts.flagged++;
    }
  }

  /** Makes both files durable under their final names; the shard exists once it is listed in shards.json. */
  async finish(): Promise<ShardEntry> {
    const index = Buffer.concat(this.parts.map(encodeRowIndex));
    this.hash.update(index);
    await this.handle.sync();
    await this.handle.close();
    const rowsPath = join(this.folder, rowsFile(this.name));
    const rows = await open(`${rowsPath}.tmp`, "w");
    await rows.writeFile(index);
    await rows.sync();
    await rows.close();
    await rename(`${rowsPath}.tmp`, rowsPath);
    const actsPath = join(this.folder, actsFile(this.name));
    await rename(`${actsPath}.tmp`, actsPath);
    const { name, rows: nRows, examples, counts } = this;
    return { name, rows: nRows, examples, sha256: this.hash.digest("hex"), counts };
  }

  async abandon(): Promise<void> {
    await this.handle.close().catch(() => {});
  }
}
