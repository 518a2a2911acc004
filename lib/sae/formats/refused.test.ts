import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exportSae, openSaeFile, openStoredSae } from "@/lib/sae/formats/open";
import { GOLDEN } from "@/tests/helpers/sae-files";

const root = await mkdtemp(join(tmpdir(), "sae-formats-"));
afterAll(() => rm(root, { recursive: true }));

let count = 0;
const fresh = () => join(root, String(count++));

describe("what is refused", () => {
  /** A copy of a golden folder with settings changed, without the files named. */
  async function changed(name: string, settings: object, without: string[] = []): Promise<string> {
    const folder = fresh();
    await cp(join(GOLDEN, name), folder, { recursive: true });
    for (const file of without) await rm(join(folder, file));
    const path = join(folder, name.startsWith("dl") ? "config.json" : "cfg.json");
    const before = JSON.parse((await readFile(path, "utf8")).replace("NaN", "null"));
    await writeFile(path, JSON.stringify({ ...before, ...settings }));
    return folder;
  }

  const saelens: [string, object, string][] = [
    ["saelens-averaged", {}, "its factor is not stored"],
    ["saelens-standard", { normalize_activations: "constant_norm_rescale" }, "every row is brought to one length"],
    ["saelens-standard", { architecture: "skip_transcoder" }, "reconstructs another activation than it reads"],
    ["saelens-standard", { architecture: "odd" }, 'architecture "odd" is not known'],
    ["saelens-standard", { d_in: 8 }, "W_enc is [6,24] but cfg.json asks for [8,24]"],
    ["saelens-standard", { d_in: "many" }, "cfg.json (read as SAELens): d_in"],
    ["saelens-topk", { k: 25 }, "cfg.k = 25, but it must lie in 1 .. 24"],
    ["saelens-standard", { architecture: "jumprelu" }, 'missing "threshold"; found'],
    ["saelens-flat", { activation_fn_str: "tanh-relu" }, 'activation_fn "tanh-relu" is not supported'],
  ];
  it.each(saelens)("%s with %o", async (name, settings, message) => {
    const folder = await changed(name, settings, name === "saelens-averaged" ? ["activation_scaler.json"] : []);
    await expect(openSaeFile(folder)).rejects.toThrow(message);
    await expect(openStoredSae(folder)).rejects.toMatchObject({ code: "SAE_UNREADABLE" });
  });

  it("a threshold that was never set, unless it is to be calibrated", async () => {
    const path = join(GOLDEN, "dl-batchtopk-unset");
    await expect(openSaeFile(path)).rejects.toThrow("threshold is -1 (never set): calibrate before use");
    expect(await openSaeFile(path, { uncalibrated: true })).toMatchObject({ activation: "jumprelu", theta: -1, k: 5 });
  });

  it("a class that is not known, and a width that config.json contradicts", async () => {
    await expect(openSaeFile(await changed("dl-topk", { trainer: { dict_class: "CrossCoder" } }))).rejects.toThrow(
      'dict_class "CrossCoder" is not supported',
    );
    await expect(openSaeFile(await changed("dl-topk", { trainer: { activation_dim: 7 } }))).rejects.toThrow(
      "the encoder is [24,6] but config.json says activation_dim = 7",
    );
  });

  it("but not a file without config.json: its tensors tell the class, or it is given", async () => {
    const classes = {
      "dl-gated": "GatedAutoEncoder",
      "dl-matryoshka": "MatryoshkaBatchTopKSAE",
      "dl-new": "AutoEncoderNew",
      "dl-standard": "AutoEncoder",
      "dl-jumprelu": "JumpReluAutoEncoder",
    };
    for (const [name, architecture] of Object.entries(classes)) {
      const folder = await changed(name, {});
      await rm(join(folder, "config.json"));
      expect((await openSaeFile(folder)).provenance.architecture, name).toBe(architecture);
    }
    const folder = await changed("dl-batchtopk", {});
    await rm(join(folder, "config.json"));
    const guessed = await openSaeFile(folder);
    expect(guessed.activation).toBe("topk");
    expect(guessed.provenance.notices.join()).toContain("taken as AutoEncoderTopK");
    expect((await openSaeFile(folder, { dictClass: "BatchTopKSAE" })).activation).toBe("jumprelu");
  });

  it("values that are not finite, counted, with the first one's place in the file", async () => {
    for (const [format, part, tensor, first] of [
      ["sparsify", "D", "W_dec", 8],
      ["saelens", "D", "W_dec", 8],
      // Element 8 of [24, 6] is row 1, column 2: in [6, 24] element 49.
      ["saelens", "W", "W_enc", 2 * 24 + 1],
      ["dictionary_learning", "W", "encoder.weight", 8],
    ] as const) {
      const sae = await openSaeFile(join(GOLDEN, "dl-topk"));
      const folder = fresh();
      sae[part][8] = Number.NaN;
      sae[part][23] = Number.POSITIVE_INFINITY;
      await exportSae(sae, format, folder);
      for (const open of [openSaeFile, openStoredSae]) {
        await expect(open(folder)).rejects.toThrow(`${tensor}: 1 NaN, 1 Inf, first at ${first}`);
      }
    }
  });

  it("folders that hold nothing known, or several, with what is in them", async () => {
    const empty = fresh();
    await mkdir(empty);
    await expect(openSaeFile(empty)).rejects.toThrow(
      "no SAE of a known format (sparsify, saelens, dictionary_learning, openai, Gemma Scope); found an empty folder",
    );
    await expect(openSaeFile(join(empty, "nowhere"))).rejects.toThrow("There is nothing at");
    await writeFile(join(empty, "adapter_model.safetensors"), "");
    await expect(openSaeFile(empty)).rejects.toThrow("neither a bias nor a ReLU");
    const run = fresh();
    const sae = await openSaeFile(join(GOLDEN, "dl-topk"));
    await exportSae(
      { ...sae, provenance: { ...sae.provenance, site: undefined as never } },
      "sparsify",
      join(run, "model.layers.24"),
    );
    expect((await openSaeFile(run)).provenance.site).toBe("layers.24.resid_post");
    await exportSae(sae, "sparsify", join(run, "model.layers.25"));
    await expect(openSaeFile(run)).rejects.toThrow("holds 2 SAEs: name one of model.layers.24, model.layers.25");
  });

  it("checkpoints of other tools, by name", async () => {
    const path = join(root, "saev.pt");
    await writeFile(path, '{"schema": 4}\nPK');
    await expect(openSaeFile(path)).rejects.toThrow("like a checkpoint of saev, which is not supported");
  });
});
