import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppRouterContext } from "next/dist/shared/lib/app-router-context.shared-runtime";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, describe, expect, it, vi } from "vitest";
import { ModelView } from "@/components/sae/model-view";
import { env, resetEnv } from "@/lib/core/env";
import { getModel, listModels } from "@/lib/saes/data";
import { modelSchema } from "@/lib/saes/schema";
import { registerModelFolder } from "@/lib/training/register";
import { modelAdd } from "@/scripts/cli/model-add";
import { startTinyHub } from "../helpers/tiny-hub";

describe("registering a model", () => {
  it("takes every kind, and lists and shows it; text models have no geometries", async () => {
    for (const slug of ["tiny-llama", "tiny-clip", "tiny-qwen2-vl"]) {
      await registerModelFolder(`tests/fixtures/${slug}`, { slug, title: slug });
    }
    const models = (await listModels()).map((model) => modelSchema.parse(model));
    expect(models.map(({ slug, kind, geometries }) => [slug, kind, geometries.length])).toEqual([
      ["tiny-llama", "text", 0],
      ["tiny-clip", "vision", 1],
      ["tiny-qwen2-vl", "vlm", 1],
    ]);
    expect((await listModels("text")).map(({ slug }) => slug)).toEqual(["tiny-llama"]);
    const pages = models.map((model) => {
      const view = createElement(ModelView, { model });
      return renderToStaticMarkup(createElement(AppRouterContext.Provider, { value: {} as never }, view));
    });
    expect(pages.map((html) => /view base.*?cells/.test(html))).toEqual([false, true, true]);
    for (const html of pages) expect(html).toContain("resid_post");
  });
});

describe("fovea model add", () => {
  afterAll(() => vi.restoreAllMocks());

  it("downloads a model by its id and registers it, in the precision that was asked for", async () => {
    const hub = await startTinyHub();
    try {
      const fixture = "tests/fixtures/tiny-llava-quantized";
      const names = (await readdir(fixture, { recursive: true })).filter((name) => /\.(json|onnx)$/.test(name));
      const files = await Promise.all(names.map(async (n) => [n, await readFile(join(fixture, n))] as const));
      hub.repositories.set("Tiny/LLaVA_quantized", { files: new Map(files) });
      process.env.HF_ENDPOINT = hub.endpoint;
      resetEnv();
      const said = vi.spyOn(console, "log").mockImplementation(() => {});
      await modelAdd.run(["Tiny/LLaVA_quantized", "--precision", "q4"]);
      const folder = join(env().FOVEA_HOME, "models/Tiny/LLaVA_quantized");
      expect(said.mock.calls).toEqual([[`llava-quantized: vlm, 3 layers of width 32, from ${folder}`]]);
      expect((await readdir(join(folder, "onnx"))).every((name) => name.endsWith("_q4.onnx"))).toBe(true);
      expect(await getModel("llava-quantized")).toMatchObject({ title: "LLaVA_quantized", kind: "vlm" });
    } finally {
      delete process.env.HF_ENDPOINT;
      resetEnv();
      await hub.close();
    }
  });

  it("refuses a precision for a folder, and one that does not exist", async () => {
    const folder = "tests/fixtures/tiny-llava-quantized";
    await expect(modelAdd.run([folder, "--precision", "q4"])).rejects.toThrow(/is a folder: leave only that precision/);
    await expect(modelAdd.run(["a/b", "--precision", "q5"])).rejects.toThrow(/--precision takes fp32, .*, not "q5"/);
  });
});
