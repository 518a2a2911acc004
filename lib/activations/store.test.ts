import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { heldOutLive, liveRows } from "@/lib/activations/live-rows";
import { manifestHash, type StoreManifest } from "@/lib/activations/manifest";
import { shuffledBatches } from "@/lib/activations/shuffle";
import { heldOutExamples, heldOutRows } from "@/lib/activations/split";
import { openStore } from "@/lib/activations/store";
import { type ExampleRows, openStoreWriter } from "@/lib/activations/writer";
import { createRng } from "@/lib/core/rng";
import { ROW_FLAG, ROW_KIND } from "@/lib/formats/row-kinds";
import { matrix } from "@/lib/tensor/matrix";

const root = await mkdtemp(join(tmpdir(), "store-"));
afterAll(() => rm(root, { recursive: true }));

const D = 8;
const manifest = (seed: number, dtype: "F16" | "F32" = "F16"): StoreManifest => ({
  format: "fovea-activations/1",
  model: "tiny",
  revision: "0",
  hookpoint: "layers.1.resid_post",
  d: D,
  dtype,
  views: ["base"],
  template: "plain",
  seed,
  dataset: { id: "test", sha256: "0" },
  rows_flagged: { bos: true, norm_factor: 10 },
});

/** Row r of example x holds [x, r, ...]: so any served row says where it came from. */
function exampleOf(example: number): ExampleRows {
  const rows = 5 + (example % 4);
  const acts = matrix(rows, D);
  for (let r = 0; r < rows; r++) acts.data.set([example, r, 900], r * D);
  if (example === 3) acts.data.set([example, 2, 60_000], 2 * D);
  const kinds = new Uint8Array(rows).fill(ROW_KIND.base);
  kinds[0] = ROW_KIND.special;
  kinds[rows - 1] = ROW_KIND.text;
  const views = [
    { name: "base", grid: [1, rows - 2] as [number, number], affine: [9, 0, 0, 9, 0, 0], first: 1, count: rows - 2 },
  ];
  return { example, image_id: `image-${example}`, prompt: "look", views, acts, kinds };
}

const SPLIT = { seed: 1, share: 0.2 };

const small = { shardBytes: 600, medianRows: 16 };

async function write(seed: number, upTo: number) {
  const writer = await openStoreWriter(root, manifest(seed), small);
  for (let example = writer.nextExample; example < upTo; example++) await writer.add(exampleOf(example));
  await writer.close();
  return writer.folder;
}

describe("an activation store", () => {
  it("is named by its manifest and gives back rows, kinds and flags", async () => {
    const folder = await write(1, 20);
    expect(folder.endsWith(manifestHash(manifest(1)).slice(0, 16))).toBe(true);
    const store = await openStore(folder);
    expect(store.list.complete).toBe(true);
    expect(store.list.shards.length).toBeGreaterThan(2);
    let [rows, example] = [0, 0];
    for await (const block of store.blocks({ blockRows: 11 })) {
      expect(block.first).toBe(rows);
      for (let r = 0; r < block.acts.rows; r++) {
        expect(block.acts.data[r * D]).toBe(block.example[r]);
        expect(block.acts.data[r * D + 1]).toBe(block.position[r]);
        const outlier = block.example[r] === 3 && block.position[r] === 2;
        expect(block.flags[r]).toBe((block.position[r] === 0 ? ROW_FLAG.bos : 0) | (outlier ? ROW_FLAG.outlier : 0));
      }
      expect(block.example[0]).toBe(example); // blocks are cut between examples
      example = block.example.at(-1)! + 1;
      rows += block.acts.rows;
    }
    expect(rows).toBe(store.rows);
    expect(store.counts.kinds.reduce((a, b) => a + b)).toBe(rows);
    expect(store.counts.flagged).toBe(21);
    const records = [];
    for await (const record of store.examples()) records.push(record);
    expect(records.map((record) => record.rows)).toEqual([...Array(20).keys()].map((x) => 5 + (x % 4)));
  });

  it("resumes after a kill with the same bytes as an undisturbed run", async () => {
    const whole = await write(2, 20);
    const before = await readFile(join(whole, "shards.json"), "utf8");
    await rm(whole, { recursive: true });
    // Killed before the first shard, then after some: an unlisted shard and a cut line stay behind.
    const first = await openStoreWriter(root, manifest(2), small);
    await first.add(exampleOf(0));
    const second = await openStoreWriter(root, manifest(2), small);
    expect(second.nextExample).toBe(0);
    for (let example = 0; example < 11; example++) await second.add(exampleOf(example));
    const examples = join(whole, "examples.jsonl");
    await writeFile(examples, `${await readFile(examples, "utf8")}{"example":99,"cut`);
    const third = await openStoreWriter(root, manifest(2), small);
    expect(third.nextExample).toBeGreaterThan(3);
    expect(third.nextExample).toBeLessThan(11);
    await write(2, 20);
    expect(await readFile(join(whole, "shards.json"), "utf8")).toBe(before);
    await (await openStore(whole)).verify();
    expect((await readFile(examples, "utf8")).trim().split("\n").length).toBe(20);
    const reopened = await openStoreWriter(root, manifest(2));
    expect([reopened.complete, reopened.nextExample]).toEqual([true, 20]);
    await expect(reopened.add(exampleOf(20))).rejects.toThrow("is complete");
  });

  it("names the shard whose bytes changed, and the file that is cut off", async () => {
    const folder = await write(3, 20);
    const path = join(folder, "acts-000001.bin");
    const bytes = await readFile(path);
    bytes[5]! ^= 1;
    await writeFile(path, bytes);
    await expect((await openStore(folder)).verify()).rejects.toThrow("shard 000001");
    await expect(openStoreWriter(root, manifest(3))).rejects.toThrow("shard 000001");
    await writeFile(path, bytes.subarray(0, 10));
    await expect(openStore(folder)).rejects.toThrow(/acts-000001.bin: 10 bytes, but \d+ rows need/);
  });

  it("refuses examples out of order, of another width, and without a kind per row", async () => {
    const writer = await openStoreWriter(root, manifest(4));
    await writer.add(exampleOf(1));
    await expect(writer.add(exampleOf(1))).rejects.toThrow("numbers must ascend");
    await expect(writer.add({ ...exampleOf(2), acts: matrix(5, 3) })).rejects.toThrow("expected [*,8], got [5,3]");
    await expect(writer.add({ ...exampleOf(2), kinds: new Uint8Array(2) })).rejects.toThrow("2 kinds for 7 rows");
  });

  it("keeps float32 rows exactly", async () => {
    const writer = await openStoreWriter(root, manifest(5, "F32"));
    const rng = createRng(1, "values");
    const acts = matrix(3, D);
    acts.data.forEach((_, i) => {
      acts.data[i] = rng.normal();
    });
    await writer.add({
      example: 0,
      image_id: null,
      prompt: "hello",
      views: [],
      acts,
      kinds: new Uint8Array(3),
      bosRow: -1,
    });
    await writer.close();
    const store = await openStore(writer.folder);
    const { value } = await store.blocks().next();
    expect(value?.acts.data).toEqual(acts.data);
    expect([...value!.flags]).toEqual([0, 0, 0]);
    expect((await readdir(writer.folder)).sort()).toEqual(
      ["acts-000000.bin", "examples.jsonl", "manifest.json", "rows-000000.bin", "shards.json"].sort(),
    );
  });
});

describe("shuffled batches", () => {
  const rule = { seed: 3, share: 0.3 };

  it("serve every unflagged training row once per epoch or so, and no held-out one", async () => {
    const store = await openStore(await write(6, 40));
    const held = await heldOutExamples(store, rule);
    expect(held.size).toBeGreaterThan(4);
    expect(held.size).toBeLessThan(22);
    const batches = await shuffledBatches(store, { batchSize: 10, seed: 1, heldOut: rule, bufferRows: 80 });
    const seen = new Map<string, number>();
    let step = 0;
    for await (const batch of batches(0)) {
      for (let r = 0; r < 10; r++) {
        const [example, position] = batch.data.subarray(r * D, r * D + 2);
        expect(held.has(example!)).toBe(false);
        expect(position).toBeGreaterThan(0);
        seen.set(`${example}/${position}`, (seen.get(`${example}/${position}`) ?? 0) + 1);
      }
      if (++step === 80) break;
    }
    let eligible = 0;
    for await (const block of store.blocks()) {
      for (let r = 0; r < block.acts.rows; r++) if (!block.flags[r] && !held.has(block.example[r]!)) eligible++;
    }
    expect(seen.size).toBe(eligible);
    const uneven = Math.max(...seen.values()) - Math.min(...seen.values());
    expect(uneven).toBeLessThanOrEqual(4);
  });

  it("start at any step with the rows of an undisturbed pass", async () => {
    const store = await openStore(await write(7, 30));
    const batches = await shuffledBatches(store, { batchSize: 8, seed: 9, bufferRows: 64 });
    const all: number[][] = [];
    for await (const batch of batches(0)) if (all.push([...batch.data]) === 12) break;
    let step = 7;
    for await (const batch of batches(7)) {
      expect([...batch.data]).toEqual(all[step++]);
      if (step === 12) break;
    }
  });

  it("held-out rows come with kinds and repeat", async () => {
    const store = await openStore(await write(8, 40));
    const held = await heldOutExamples(store, rule);
    const expected: number[][] = [];
    for await (const { acts, kind, flags, example } of store.blocks()) {
      for (let r = 0; r < acts.rows; r++) {
        if (flags[r] || !held.has(example[r]!)) continue;
        expected.push([kind[r]!, ...acts.data.subarray(r * acts.cols, (r + 1) * acts.cols)]);
      }
    }
    expect(expected.length).toBeGreaterThan(20);
    const source = await heldOutRows(store, rule);
    for (let pass = 0; pass < 2; pass++) {
      const found: number[][] = [];
      for await (const { acts, kinds } of source()) {
        expect(kinds.length).toBe(acts.rows);
        for (let r = 0; r < acts.rows; r++) {
          found.push([kinds[r]!, ...acts.data.subarray(r * acts.cols, (r + 1) * acts.cols)]);
        }
      }
      expect(found).toEqual(expected);
    }
  });
});

describe("rows straight from a model", () => {
  const examples = async function* () {
    for (let example = 0; example < 1200; example++) yield exampleOf(example);
  };
  const options = { rule: manifest(0).rows_flagged, heldOut: SPLIT };

  it("are those that training reads from a store of the same examples, pass after pass", async () => {
    const writer = await openStoreWriter(root, manifest(77, "F32"));
    for await (const example of examples()) await writer.add(example);
    await writer.close();
    const store = await openStore(writer.folder);
    const held = await heldOutExamples(store, SPLIT);
    const expected: string[] = [];
    for await (const { acts, flags, example } of store.blocks()) {
      flags.forEach((flag, r) => {
        if (flag === 0 && !held.has(example[r]!)) expected.push(acts.data.subarray(r * D, r * D + 2).join());
      });
    }
    const found: string[] = [];
    for await (const { data, rows } of liveRows(examples, options)()) {
      for (let r = 0; r < rows; r++) found.push(data.subarray(r * D, r * D + 2).join());
      if (found.length >= 2 * expected.length) break;
    }
    expect(found).toEqual([...expected, ...expected]);
  });

  it("and the held-out ones are the store's", async () => {
    const store = await openStore((await openStoreWriter(root, manifest(77, "F32"))).folder);
    const rowsOf = async (source: AsyncIterable<{ acts: { data: Float32Array; rows: number }; kinds: Uint8Array }>) => {
      const out: string[] = [];
      for await (const { acts, kinds } of source)
        for (let r = 0; r < acts.rows; r++) out.push(`${acts.data.subarray(r * D, r * D + 2).join()} ${kinds[r]}`);
      return out;
    };
    const stored = await rowsOf((await heldOutRows(store, SPLIT))());
    expect(await rowsOf((await heldOutLive(examples, options, 1e9))())).toEqual(stored);
    expect((await rowsOf((await heldOutLive(examples, options, 40))())).length).toBeLessThan(60);
  });

  it("end with a reason when nothing is left to train on", async () => {
    const rows = liveRows(examples, { ...options, heldOut: { seed: 1, share: 1 } })();
    await expect(rows.next()).rejects.toThrow("no rows to train on");
  });
});
