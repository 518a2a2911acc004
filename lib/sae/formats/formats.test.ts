import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openSafetensors } from "@/lib/formats/safetensors";
import { disposeSharedEncoder, encode } from "@/lib/sae/encode";
import type { SaeFormat } from "@/lib/sae/formats/detect";
import { exportSae, openSaeFile, openStoredSae } from "@/lib/sae/formats/open";
import { decode, type Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";

const GOLDEN = "tests/golden/sae-formats";
const root = await mkdtemp(join(tmpdir(), "sae-formats-"));
afterAll(async () => {
  await disposeSharedEncoder();
  await rm(root, { recursive: true });
});

let count = 0;
const fresh = () => join(root, String(count++));

interface Expected {
  x: Matrix;
  z: Matrix;
  xhat: Matrix;
}

async function expected(name: string): Promise<Expected> {
  const file = await openSafetensors(join(GOLDEN, name, "expected.safetensors"));
  const read = async (tensor: string): Promise<Matrix> => {
    const [rows, cols] = file.info(tensor).shape as [number, number];
    return { data: await file.readFloat32(tensor), rows, cols };
  };
  const out = { x: await read("x"), z: await read("z"), xhat: await read("xhat") };
  await file.close();
  return out;
}

/** Values of all latents, [rows, n], and reconstructions of rows. */
async function compute(sae: Sae, x: Matrix): Promise<{ z: Float32Array; xhat: Float32Array }> {
  const codes = await encode(x, sae);
  const z = new Float32Array(x.rows * sae.n);
  codes.index.forEach((latent, t) => {
    if (codes.value[t]! > 0) z[Math.floor(t / codes.k) * sae.n + latent] = codes.value[t]!;
  });
  return { z, xhat: decode(codes, sae).data };
}

const furthest = (a: Float32Array, b: Float32Array) =>
  a.length === b.length ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) : Number.NaN;

const norms = ({ D, n, d }: Sae) => Array.from({ length: n }, (_, i) => Math.hypot(...D.subarray(i * d, (i + 1) * d)));

/** What each file is, what comes of it, and whether its decoder rows have length 1 then. */
const CASES: [
  string,
  Partial<Sae> & { format: string; architecture: string; site?: string; unit?: boolean; notice?: string },
][] = [
  [
    "saelens-standard",
    {
      activation: "jumprelu",
      theta: 0,
      format: "saelens",
      architecture: "standard",
      site: "layers.3.resid_post",
      notice: "kept without using it: odd_key",
    },
  ],
  [
    "saelens-topk-rescaled",
    { activation: "topk", k: 5, format: "saelens", architecture: "topk", notice: "folded into the encoder" },
  ],
  [
    "saelens-topk",
    {
      activation: "topk",
      k: 5,
      format: "saelens",
      architecture: "topk",
      unit: false,
      notice: "norms are not folded, since other latents would be chosen",
    },
  ],
  [
    "saelens-topk-equal",
    { activation: "topk", k: 5, format: "saelens", architecture: "topk", notice: "row norms from 4.00 to 4.00" },
  ],
  [
    "saelens-jumprelu",
    { activation: "jumprelu", format: "saelens", architecture: "jumprelu", notice: "b_dec is not subtracted" },
  ],
  [
    "saelens-batchtopk",
    { activation: "jumprelu", format: "saelens", architecture: "batchtopk", notice: "k = 24 is a guess" },
  ],
  ["saelens-gated", { activation: "jumprelu", format: "saelens", architecture: "gated" }],
  ["saelens-flat", { activation: "topk", k: 5, format: "saelens", architecture: "topk", site: "layers.1.resid_post" }],
  [
    "saelens-layer-norm",
    {
      activation: "jumprelu",
      input: "layer_norm",
      format: "saelens",
      architecture: "jumprelu",
      notice: "directions scale with the row",
    },
  ],
  [
    "saelens-averaged",
    { activation: "jumprelu", format: "saelens", architecture: "jumprelu", notice: "rows are divided by 2.5" },
  ],
  [
    "dl-topk",
    {
      activation: "topk",
      k: 5,
      theta: 0.75,
      format: "dictionary_learning",
      architecture: "AutoEncoderTopK",
      site: "layers.4.resid_post",
    },
  ],
  [
    "dl-batchtopk",
    { activation: "jumprelu", k: 5, theta: 0.75, format: "dictionary_learning", architecture: "BatchTopKSAE" },
  ],
  [
    "dl-backup",
    {
      activation: "jumprelu",
      k: 5,
      theta: 0.75,
      format: "dictionary_learning",
      architecture: "BatchTopKSAE",
      notice: "rows are divided by 3",
    },
  ],
  [
    "dl-matryoshka",
    {
      activation: "jumprelu",
      k: 5,
      theta: 0.75,
      format: "dictionary_learning",
      architecture: "MatryoshkaBatchTopKSAE",
    },
  ],
  [
    "dl-jumprelu",
    {
      activation: "jumprelu",
      format: "dictionary_learning",
      architecture: "JumpReluAutoEncoder",
      notice: "b_dec is not subtracted",
    },
  ],
  ["dl-standard", { activation: "jumprelu", theta: 0, format: "dictionary_learning", architecture: "AutoEncoder" }],
  [
    "dl-new",
    {
      activation: "jumprelu",
      theta: 0,
      format: "dictionary_learning",
      architecture: "AutoEncoderNew",
      notice: "decoder.bias is not subtracted",
    },
  ],
  ["dl-gated", { activation: "jumprelu", format: "dictionary_learning", architecture: "GatedAutoEncoder" }],
  [
    "gemma-scope",
    { activation: "jumprelu", format: "gemma_scope", architecture: "jumprelu", notice: "b_dec is not subtracted" },
  ],
  ["openai-topk", { activation: "topk", k: 5, input: "layer_norm", format: "openai", architecture: "topk" }],
  ["openai-tied", { activation: "jumprelu", theta: 0, format: "openai", architecture: "standard" }],
];

describe("an SAE of another tool", () => {
  it.each(CASES)(
    "%s computes what PyTorch computed",
    async (name, { format, architecture, site, unit, notice, ...about }) => {
      const { x, z, xhat } = await expected(name);
      const sae = await openSaeFile(join(GOLDEN, name));
      expect(sae).toMatchObject({
        n: 24,
        d: 6,
        ...about,
        provenance: { format, architecture, ...(site ? { site } : {}) },
      });
      expect(sae.provenance.notices.join("\n")).toContain(notice ?? "");
      const found = await compute(sae, x);
      expect(furthest(found.z, z.data)).toBeLessThan(1e-5);
      expect(furthest(found.xhat, xhat.data)).toBeLessThan(1e-5);
      if (unit !== false) for (const norm of norms(sae)) expect(norm).toBeCloseTo(1, 5);
    },
  );

  it("knows how many latents are active where the tool counted them", async () => {
    const { z } = await expected("saelens-jumprelu");
    const active = z.data.reduce((sum, value) => sum + Number(value > 0), 0) / z.rows;
    expect((await openSaeFile(join(GOLDEN, "saelens-jumprelu"))).k).toBe(Math.round(active));
  });

  it("is read whether its folder or its file is named", async () => {
    for (const path of ["dl-topk/ae.pt", "saelens-flat/cfg.json", "openai-topk/layer_4.pt"]) {
      const whole = await openSaeFile(join(GOLDEN, path.split("/")[0]!));
      expect((await openSaeFile(join(GOLDEN, path))).W).toEqual(whole.W);
    }
  });
});

/** Formats that can hold an SAE, by what it is. */
function holders({ activation, thresholds, theta, input }: Sae): SaeFormat[] {
  const openai = input ? activation === "topk" : activation === "jumprelu" && !thresholds && theta === 0;
  return [
    "sparsify",
    "saelens",
    ...(input ? [] : (["dictionary_learning"] as const)),
    ...(openai ? (["openai"] as const) : []),
  ];
}

describe("a round trip", () => {
  it.each(CASES.map(([name]) => name))("of %s keeps every bit through every format that can hold it", async (name) => {
    const { x } = await expected(name);
    const sae = await openSaeFile(join(GOLDEN, name));
    const before = await compute(sae, x);
    for (const first of holders(sae)) {
      const one = fresh();
      await exportSae(sae, first, one);
      const read = await openSaeFile(one);
      for (const second of holders(read)) {
        const two = fresh();
        // From file to file, without the matrices in memory.
        const stored = await openStoredSae(one);
        await exportSae(stored, second, two);
        await stored.close();
        const again = await openSaeFile(two);
        const label = `${first} to ${second}`;
        // JumpReluAutoEncoder subtracts no bias, so that its b_enc is another one.
        const folds = [first, second].includes("dictionary_learning") && sae.thresholds !== undefined;
        for (const part of ["W", "D", "c", "thresholds"] as const)
          expect(again[part], `${label}: ${part}`).toEqual(sae[part]);
        if (!folds) expect(again.beta, label).toEqual(sae.beta);
        const keepsTheta = ![first, second].includes("openai") || sae.activation === "jumprelu";
        expect(again, label).toMatchObject({ activation: sae.activation, ...(keepsTheta ? { theta: sae.theta } : {}) });
        expect(again.input, label).toBe(sae.input);
        // OpenAI's files have no room for the site, nor for how many are active of a ReLU.
        if (![first, second].includes("openai")) {
          expect([again.k, again.provenance.site], label).toEqual([sae.k, sae.provenance.site]);
        }
        const after = await compute(again, x);
        expect(furthest(after.z, before.z), label).toBeLessThan(1e-6 * Math.max(1, ...before.z));
        expect(furthest(after.xhat, before.xhat), label).toBeLessThan(1e-5);
      }
    }
  });

  it("through its own format keeps the settings that nobody here reads", async () => {
    const folder = fresh();
    await exportSae(await openSaeFile(join(GOLDEN, "saelens-standard")), "saelens", folder);
    const cfg = JSON.parse(await readFile(join(folder, "cfg.json"), "utf8"));
    expect(cfg.metadata).toMatchObject({
      model_name: "tiny",
      hook_name: "blocks.3.hook_resid_post",
      sae_lens_version: "6.0.0",
    });
    const other = fresh();
    await exportSae(await openSaeFile(join(GOLDEN, "dl-topk")), "dictionary_learning", other);
    const config = JSON.parse(await readFile(join(other, "config.json"), "utf8"));
    expect(config.trainer).toMatchObject({
      dict_class: "AutoEncoderTopK",
      lm_name: "tiny",
      layer: 4,
      activation_dim: 6,
      lr: null,
    });
  });

  it("is refused where the format has no such SAE", async () => {
    const standardised = await openSaeFile(join(GOLDEN, "openai-topk"));
    await expect(exportSae(standardised, "dictionary_learning", fresh())).rejects.toThrow(
      "export to saelens or openai",
    );
    const plain = await openSaeFile(join(GOLDEN, "dl-topk"));
    await expect(exportSae(plain, "openai", fresh())).rejects.toThrow("This SAE is topk of rows as they are");
  });
});

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
    expect(await readdir(root)).toContain("saev.pt");
  });
});
