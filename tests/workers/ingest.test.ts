import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { env } from "@/lib/core/env";
import { decodeMask } from "@/lib/datasets/mask";
import { startIngest } from "@/lib/datasets/mutations";
import type { ImageTruth, IngestResult } from "@/lib/datasets/schema";
import { db } from "@/lib/db/client";
import { cancelRun } from "@/lib/jobs/control";
import { drainQueue } from "@/lib/jobs/worker";
import { decodeImage, encodePng } from "@/lib/media/image";
import { blobs } from "@/lib/storage/blobs";
import { registry } from "@/workers/registry";
import { shareWorldCache } from "../helpers/world-cache";

const run = (id: string) => db().run.findUniqueOrThrow({ where: { id } });

beforeAll(shareWorldCache, 120_000);

describe("ingest", () => {
  it("brings the world in with masks, tags and truth, once", async () => {
    const source = { kind: "world", split: "test", from: 0, images: 6, texts: 3 } as const;
    const { id } = await startIngest({ dataset: "scenes", source });
    await drainQueue(registry);
    expect(await run(id)).toMatchObject({ state: "done", result: { images: 6, texts: 3, corrupt: 0 } });
    const samples = await db().sample.findMany({ orderBy: { ordinal: "asc" } });
    expect(samples.map((s) => s.kind)).toEqual([...Array(6).fill("image"), ...Array(3).fill("text")]);
    const first = samples[0] as (typeof samples)[number];
    const mask = decodeMask((await blobs().get(`masks/${first.sha}`)) as Uint8Array);
    const truth = first.truth as unknown as ImageTruth;
    for (const object of truth.objects) expect(mask.ids).toContain(object.id);
    const original = await decodeImage((await blobs().get(`images/${first.sha}`)) as Uint8Array);
    expect([original.width, original.height]).toEqual([first.width, first.height]);
    expect(await blobs().has(`thumbs/${first.sha}-96.webp`)).toBe(true);
    const dataset = await db().dataset.findUniqueOrThrow({ where: { slug: "scenes" } });
    expect(Object.keys(dataset.tags as object).length).toBeGreaterThan(5);

    const again = await startIngest({ dataset: "scenes", source });
    await drainQueue(registry);
    expect((await run(again.id)).result).toHaveProperty("skipped");
    expect(await db().sample.count()).toBe(9);
  });

  it("counts corrupt images of a folder and keeps the rest", async () => {
    const folder = join(env().FOVEA_HOME, "pictures");
    await mkdir(join(folder, "red"), { recursive: true });
    const pixels = { width: 5, height: 4, data: new Uint8Array(60).fill(200) };
    await writeFile(join(folder, "red", "one.png"), await encodePng(pixels));
    await writeFile(join(folder, "red", "one.txt"), "a small square");
    await writeFile(join(folder, "broken.jpg"), "this is no picture");
    const { id } = await startIngest({ dataset: "folder", source: { kind: "folder", path: folder, licence: "own" } });
    await drainQueue(registry);
    const result = (await run(id)).result as unknown as IngestResult;
    expect(result).toMatchObject({ images: 1, corrupt: 1, corruptItems: [{ name: "broken.jpg" }] });
    const sample = await db().sample.findFirstOrThrow({ where: { dataset: { slug: "folder" } } });
    expect(sample).toMatchObject({ caption: "a small square", tags: ["red"], width: 5, height: 4 });
  });

  it("fails at once, in words, when the folder is not there", async () => {
    const { id } = await startIngest({
      dataset: "gone",
      source: { kind: "folder", path: "/no/such/folder", licence: "" },
    });
    await drainQueue(registry);
    const failed = await run(id);
    expect(failed.state).toBe("failed");
    expect((failed.error as { detail: string }).detail).toContain("check the path");
  });

  it("leaves no half data set behind when it is cancelled", async () => {
    const source = { kind: "world", split: "test", from: 100, images: 4, texts: 0 } as const;
    const { id } = await startIngest({ dataset: "never", source });
    await cancelRun(id);
    await drainQueue(registry);
    expect((await run(id)).state).toBe("cancelled");
    expect(await db().dataset.count({ where: { slug: "never" } })).toBe(0);
  });
});
