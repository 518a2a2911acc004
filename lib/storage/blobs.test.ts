import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startTinyS3 } from "../../tests/helpers/tiny-s3";
import type { BlobStore } from "./blob-store";
import { folderStore } from "./folder-store";
import { s3Store } from "./s3-store";

function openFolder(): BlobStore {
  const folder = mkdtempSync(join(tmpdir(), "blobs-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folderStore(folder);
}

async function openS3(): Promise<BlobStore> {
  const { endpoint, server } = await startTinyS3();
  onTestFinished(() => void server.close());
  server.unref();
  return s3Store("s3://bucket/some/prefix", {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
}

const all = async (items: AsyncIterable<string>) => {
  const out: string[] = [];
  for await (const item of items) out.push(item);
  return out.sort();
};

// One suite, every implementation.
describe.each([
  ["folder", openFolder],
  ["s3", openS3],
] as const)("BlobStore: %s", (_name, open) => {
  it("gives back what was put, byte for byte, empty blobs included", async () => {
    const store = await open();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256);
    await store.put("images/abc", bytes);
    await store.put("images/empty", new Uint8Array());
    expect(Buffer.compare((await store.get("images/abc"))!, bytes)).toBe(0);
    expect((await store.get("images/abc"))!.byteOffset).toBe(0);
    expect(await store.get("images/empty")).toEqual(new Uint8Array());
    expect(await store.has("images/abc")).toBe(true);
  });

  it("replaces, deletes twice without complaint, and answers null for what is missing", async () => {
    const store = await open();
    await store.put("k", Uint8Array.of(1));
    await store.put("k", Uint8Array.of(2));
    expect(await store.get("k")).toEqual(Uint8Array.of(2));
    await store.delete("k");
    await store.delete("k");
    expect(await store.get("k")).toBeNull();
    expect(await store.has("k")).toBe(false);
    expect(await store.get("images")).toBeNull();
  });

  it("lists keys by prefix, also past one page", async () => {
    const store = await open();
    const keys = ["a/1.bin", "a/2.bin", "a/3.bin", "a/deep/4.bin", "ab", "b/1"];
    for (const key of keys) await store.put(key, Uint8Array.of(1));
    expect(await all(store.list(""))).toEqual(keys);
    expect(await all(store.list("a/"))).toEqual(keys.slice(0, 4));
    expect(await all(store.list("a"))).toEqual(keys.slice(0, 5));
    expect(await all(store.list("none/"))).toEqual([]);
  });

  it("refuses keys that could leave the store", async () => {
    const store = await open();
    for (const key of ["", "/etc/passwd", "../x", "a/../b", "a//b", ".hidden", "a\\b", "a/\0", "ü"]) {
      await expect(store.put(key, Uint8Array.of(1)), key).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
  });
});

it("folder store leaves no half-written file behind", async () => {
  const store = openFolder();
  await store.put("taken/inner", Uint8Array.of(1));
  // "taken" is a folder, so the final rename fails.
  await expect(store.put("taken", Uint8Array.of(1))).rejects.toThrow();
  const root = store.localPath!("taken").replace(/taken$/, "");
  expect(existsSync(join(root, ".pending"))).toBe(true);
  expect(readdirSync(join(root, ".pending"))).toEqual([]);
});
