import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cp, open, rename, rm, stat, symlink, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { readGraph } from "@/lib/model/files";
import { openGraph } from "@/lib/model/graph-session";
import { assertMemory } from "@/lib/model/memory";
import { openLanguageModel } from "@/lib/model/open";
import { HIDDEN, openTap } from "@/lib/model/tap";
import { inlineWeights } from "@/lib/model/weights";
import { writeModel } from "@/lib/model/write-model";
import { GraphBuilder } from "@/lib/onnx/build";
import { graphOf } from "@/lib/onnx/graph";
import type { ModelProto } from "@/lib/onnx/schema";
import { split } from "@/lib/onnx/split";
import { DATA_TYPE, isExternal, tensorOf } from "@/lib/onnx/tensor";

const home = mkdtempSync(join(tmpdir(), "fovea-weights-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const fresh = () => join(home, `${randomBytes(4).toString("hex")}.onnx`);

const FIXTURE = "tests/fixtures/tiny-llava-clip";
const MB = 2 ** 20;

describe("a model written with a side file", () => {
  it("reads back equal, whatever the types and shapes, with large values outside and small ones inside", async () => {
    const tensors = fc.array(
      fc.record({
        dims: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }),
        type: fc.constantFrom(Float32Array, Int32Array, BigInt64Array, Uint16Array, Uint8Array),
      }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(tensors, fc.integer(), async (list, seed) => {
        const rng = createRng(seed >>> 0, "tensors");
        const builder = new GraphBuilder("many").input("x", "float32", [1]).node("Identity", ["x"], ["y"]);
        list.forEach(({ dims, type }, i) => {
          const count = dims.reduce((product, dim) => product * dim, 1);
          const bytes = new Uint8Array(count * type.BYTES_PER_ELEMENT).map(() => rng.int(256));
          builder.init(`t${i}`, dims, new type(bytes.buffer));
        });
        const model = builder.output("y", "float32", [1]).toModel();
        const path = fresh();
        await writeModel(model, path);
        const back = await readGraph(path);
        const before = graphOf(model).initializer;
        const after = graphOf(back).initializer;
        expect(after.map(isExternal)).toEqual(before.map(({ rawData }) => rawData!.length >= 1024));
        await inlineWeights(after, path);
        for (const [i, { name, dims, dataType, rawData }] of before.entries()) {
          expect(after[i]).toMatchObject({ name, dims, dataType });
          expect(Buffer.compare(after[i]!.rawData ?? Buffer.alloc(0), rawData!)).toBe(0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("opens as one folder of a model and gives the same states, gradients, unembedding and answers", async () => {
    const folder = join(home, "external");
    await cp(FIXTURE, folder, { recursive: true });
    for (const part of ["decoder_model_merged", "vision_encoder", "embed_tokens"]) {
      const path = join(folder, `onnx/${part}.onnx`);
      await writeModel(await readGraph(path), path);
      expect((await stat(`${path}_data`)).size).toBeGreaterThan((await stat(path)).size / 2);
    }
    const [inside, outside] = await Promise.all(
      [FIXTURE, folder].map((path) => openLanguageModel(path, { threads: 1 })),
    );
    const image = { width: 30, height: 40, data: Uint8Array.from({ length: 3600 }, (_, i) => (i * 13) % 256) };
    const input = { image, messages: [{ role: "user" as const, content: "what?", image: true as const }] };
    for (const site of inside!.sites) {
      expect(await outside!.tap([input], site)).toEqual(await inside!.tap([input], site));
      const of = { plus: 5, minus: 9 };
      expect(await outside!.gradient(input, site, of)).toEqual(await inside!.gradient(input, site, of));
    }
    expect(await outside!.unembedding()).toEqual(await inside!.unembedding());
    const edits = inside!.sites.map((site) => ({ site, apply: () => {} }));
    for (const some of [[], edits]) {
      const ask = { maxTokens: 6, edits: some };
      expect(await outside!.generateBatch([input], ask)).toEqual(await inside!.generateBatch([input], ask));
    }
    expect(outside!.hash).not.toBe(inside!.hash);
    await Promise.all([inside!.dispose(), outside!.dispose()]);

    // Every part, the word embeddings too, before the runtime sees it.
    for (const part of ["decoder_model_merged", "vision_encoder", "embed_tokens"]) {
      const side = join(folder, `onnx/${part}.onnx_data`);
      await rename(side, `${side}.away`);
      await expect(openLanguageModel(folder)).rejects.toThrow(new RegExp(`${part}\\.onnx_data is missing.*download`));
      await symlink(`${side}.away`, side);
      await expect(openLanguageModel(folder).then((model) => model.dispose())).resolves.toBeUndefined();
      await rm(side);
      await rename(`${side}.away`, join(home, "elsewhere"));
      await symlink(join(home, "elsewhere"), side);
      await expect(openLanguageModel(folder)).rejects.toThrow(/is a link to a file elsewhere.*cp -rL/);
      await rm(side);
      await cp(join(home, "elsewhere"), side);
      await truncate(side, 5000);
      await expect(openLanguageModel(folder)).rejects.toThrow(/onnx_data has 5000 bytes, too few.*download it again/);
      await cp(join(home, "elsewhere"), side);
    }
  });
});

/** Rows of a table far longer than protobuf allows, doubled, with a site in between. */
function largeModel(rows: number, width: number): ModelProto {
  const model = new GraphBuilder("large")
    .input("ids", "int64", ["n"])
    .init("two", [1], Float32Array.of(2))
    .node("Gather", ["table", "ids"], ["row"])
    .node("Mul", ["row", "two"], ["hidden"])
    .node("Mul", ["hidden", "two"], ["y"])
    .output("y", "float32", ["n", width])
    .toModel();
  const place = { location: "table.onnx_data", offset: "4096", length: `${rows * width * 4}` };
  const externalData = Object.entries(place).map(([key, value]) => ({ key, value }));
  const table = { ...tensorOf("table", [0], new Float32Array(0)), dims: [rows, width], rawData: undefined };
  graphOf(model).initializer.push({ ...table, dataType: DATA_TYPE.float32, externalData, dataLocation: 1 });
  return model;
}

describe("weights of more than 2 GiB", () => {
  const [rows, width] = [600_000, 1024];
  const path = join(home, "large.onnx");
  const model = largeModel(rows, width);
  const ids = { ids: { dtype: "int64", dims: [2], data: BigInt64Array.of(0n, BigInt(rows - 1)) } } as const;

  it("are tapped, split and run without being read into memory", async () => {
    // Sparse: it takes no room on the disk but for the last row.
    const side = await open(join(home, "table.onnx_data"), "w");
    await side.truncate(4096 + rows * width * 4);
    const last = Float32Array.from({ length: width }, (_, i) => i + 1);
    await side.write(new Uint8Array(last.buffer), 0, last.byteLength, 4096 + (rows - 1) * width * 4);
    await side.close();
    const before = process.memoryUsage().rss;
    const site = { name: "layers.0.resid_post", layer: 0, tensor: "hidden" };
    const tap = await openTap(model, path, site, 1);
    const { [HIDDEN]: hidden } = await tap.run(ids);
    expect(Array.from(hidden!.data.subarray(width) as Float32Array)).toEqual(Array.from(last, (value) => 2 * value));
    const { prefix, suffix } = split(model, "hidden", "cut");
    const first = await openGraph(prefix, path, { threads: 1 });
    const second = await openGraph(suffix, path, { threads: 1 });
    const { y } = await second.run(await first.run(ids));
    expect(Array.from(y!.data.subarray(width) as Float32Array)).toEqual(Array.from(last, (value) => 4 * value));
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * MB);
    await Promise.all([tap.dispose(), first.dispose(), second.dispose()]);
  });

  it("are refused when the memory does not suffice, with figures and what to do", () => {
    expect(() => assertMemory(model, path, 10 ** 9)).toThrow(
      /large\.onnx needs 2\.5 GB of memory and 1\.0 GB is free: take a smaller precision of the model \(q4, int8\)/,
    );
    for (const name of ["large_q4", "large_fp16", "large_int8", "other_q4"])
      writeFileSync(join(home, `${name}.onnx`), "");
    const advice = (name: string) => () => assertMemory(model, join(home, name), 10 ** 9);
    expect(advice("large.onnx")).toThrow(/of which fp16, int8, q4 lies beside it/);
    expect(advice("large_int8.onnx")).toThrow(/of which q4 lies beside it/);
    expect(advice("large_q4.onnx")).toThrow(/of the model \(q4, int8\)/);
    expect(() => assertMemory(model, path, 3 * 10 ** 9)).not.toThrow();
  });

  it("are refused as one file, which no ONNX file can be", async () => {
    const huge = fresh();
    const file = await open(huge, "w");
    await file.truncate(2 ** 31);
    await file.close();
    await expect(readGraph(huge)).rejects.toThrow(/ends at 2 GiB: export it with external data/);
  });

  it("whose place is wrong are refused before anything is read", async () => {
    const wrong = async (change: Record<string, string>) => {
      const copy = largeModel(rows, width);
      const table = graphOf(copy).initializer.at(-1)!;
      table.externalData = table.externalData.map(({ key, value }) => ({ key, value: change[key!] ?? value }));
      return openGraph(copy, path, { threads: 1 });
    };
    await expect(wrong({ location: "../table.onnx_data" })).rejects.toThrow(/not a file beside the model/);
    await expect(wrong({ location: "/etc/passwd" })).rejects.toThrow(/not a file beside the model/);
    await expect(wrong({ location: "other.data" })).rejects.toThrow(/other\.data is missing/);
    await expect(wrong({ length: "12" })).rejects.toThrow(/12 external bytes/);
    await expect(wrong({ offset: "-4" })).rejects.toThrow(/no valid offset/);
    await expect(wrong({ offset: "8192" })).rejects.toThrow(/too few/);
  });
});
