import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSafetensors } from "@/lib/formats/safetensors";
import { encodePng, type RgbImage } from "@/lib/media/image";
import { openLanguageModel } from "@/lib/model/open";
import type { VisionLanguageModel } from "@/lib/model/types";
import { loadSae } from "@/lib/sae/sparsify";
import { steer } from "@/lib/sae/steer";
import type { Matrix } from "@/lib/tensor/matrix";

const FOLDER = "models/tiny-llava-emoji";
const SAE = `${FOLDER}/saes/4-res-4k`;
const SITE = "layers.4.resid_post";
const PROMPT = "describe the image.";

const picture: RgbImage = {
  width: 90,
  height: 60,
  data: Uint8Array.from({ length: 90 * 60 * 3 }, (_, i) => (i * 11) % 253),
};
const input = { image: picture, messages: [{ role: "user" as const, content: PROMPT, image: true as const }] };

const home = mkdtempSync(join(tmpdir(), "fovea-cli-"));
const image = join(home, "picture.png");
let model: VisionLanguageModel;

beforeAll(async () => {
  await writeFile(image, await encodePng(picture));
  model = await openLanguageModel(FOLDER);
});
afterAll(async () => {
  await model.dispose();
  rmSync(home, { recursive: true, force: true });
});

const run = promisify(execFile);

/** Runs `fovea` as a process of its own. */
async function fovea(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return run(process.execPath, ["scripts/fovea.mjs", ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/** The only tensor of a file, which must be named by the site. */
async function rowsOf(file: string, site: string): Promise<Matrix> {
  const opened = await openSafetensors(file);
  expect([...opened.tensors.keys()]).toEqual([site]);
  const { dtype, shape } = opened.info(site);
  expect(dtype).toBe("F32");
  const data = await opened.readFloat32(site);
  await opened.close();
  return { data, rows: shape[0]!, cols: shape[1]! };
}

describe("fovea", () => {
  it("tap writes the hidden states of a site", async () => {
    for (const site of ["layers.1.resid_post", "vision.layers.0.resid_post"]) {
      const out = join(home, "tap.safetensors");
      const args = ["tap", "--model", FOLDER, "--site", site, "--image", image, "--prompt", PROMPT, "--out", out];
      expect(await fovea(...args)).toMatchObject({ code: 0, stderr: "" });
      expect(await rowsOf(out, site)).toEqual((await model.tap([input], site))[0]!.acts);
    }
  });

  it("grad writes the gradient of the difference of two logits, tokens by text or id", async () => {
    const out = join(home, "grad.safetensors");
    const [plus] = model.tokenize(" dog") as [number];
    const [minus] = model.tokenize(" cat") as [number];
    const common = ["grad", "--model", FOLDER, "--site", SITE, "--image", image, "--prompt", PROMPT, "--out", out];
    const found = await fovea(...common, "--plus", " dog", "--minus", `${minus}`);
    expect(found).toMatchObject({ code: 0, stderr: "" });
    const { acts, value } = await model.gradient(input, SITE, { plus, minus });
    expect(await rowsOf(out, SITE)).toEqual(acts);
    expect(found.stdout).toContain(`${value}`);
    const several = await fovea(...common, "--plus", " dog and cat", "--minus", " cat");
    expect(several).toMatchObject({ code: 1 });
    expect(several.stderr).toMatch(/is 3 tokens/);
  });

  it("generate prints the answer, steered by features where it is asked to", async () => {
    const common = ["generate", "--model", FOLDER, "--image", image, "--prompt", PROMPT, "--max-tokens", "20"];
    const [plain] = await model.generateBatch([input], { maxTokens: 20 });
    expect(await fovea(...common)).toEqual({ code: 0, stdout: `${plain!.text}\n`, stderr: "" });
    const sae = await loadSae(SAE);
    const where = ({ position }: { position: number }) => position >= 3 && position <= 210;
    const edit = steer(SITE, [
      { sae, feature: 7, method: "add", strength: 300, where },
      { sae, feature: 3, method: "ablate", strength: 0, where },
    ]);
    const [steered] = await model.generateBatch([input], { maxTokens: 20, edits: [edit] });
    expect(steered!.text).not.toBe(plain!.text);
    const steps = ["--sae", SAE, "--steer", "7=300", "--steer", "#3:ablate=0", "--where", "3-210"];
    expect(await fovea(...common, ...steps)).toEqual({ code: 0, stdout: `${steered!.text}\n`, stderr: "" });
    for (const [wrong, why] of [
      [["--steer", "7:twist=1", "--sae", SAE], /7:twist=1.*FEATURE\[:METHOD\]=STRENGTH/],
      [["--steer", "999999=1", "--sae", SAE], /no #999999/],
      [["--steer", "7=1", "--sae", SAE, "--where", "everywhere"], /--where takes all/],
      [["--steer", "7=1"], /Give --sae/],
      [["--temperature", "hot"], /--temperature/],
    ] as const) {
      const refused = await fovea(...common, ...wrong);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(why);
    }
  });

  it("features lists what fires most", async () => {
    const args = ["features", "--model", FOLDER, "--sae", SAE, "--image", image, "--prompt", PROMPT, "--top", "5"];
    const { code, stdout } = await fovea(...args);
    expect(code).toBe(0);
    const lines = stdout.trim().split("\n").slice(1);
    expect(lines).toHaveLength(5);
    const values = lines.map((line) => Number(/^#\d+\s+([\d.]+)/.exec(line)?.[1]));
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(values[4]).toBeGreaterThan(0);
  });

  it("model inspect lists sites with their shapes, and what has no gradient", async () => {
    const whole = await fovea("model", "inspect", FOLDER);
    expect(whole.code).toBe(0);
    for (const site of model.sites) expect(whole.stdout).toContain(`${site} `);
    expect(whole.stdout).toMatch(/tap, steer, gradient/);
    const fused = JSON.parse((await fovea("model", "inspect", "tests/fixtures/tiny-llama-fused", "--json")).stdout);
    expect(fused).toMatchObject({
      kind: "text",
      sites: [{ site: "layers.0.resid_post" }, {}, { withoutGradient: [] }],
    });
    const ops = fused.sites[0].withoutGradient.map(({ op }: { op: string }) => op);
    expect(ops).toContain("com.microsoft.GroupQueryAttention");
  });

  it("says what to do about a command, option, file or model that does not exist", async () => {
    for (const [args, why] of [
      [["fly"], /no command "fly"[\s\S]*Usage:/],
      [["tap", "--speed", "9"], /--speed/],
      [["tap", "--model", FOLDER, "--out", "x"], /Give --site/],
      [
        ["tap", "--model", FOLDER, "--site", "layers.99.resid_post", "--prompt", "a", "--out", "x"],
        /use one of layers\.0/,
      ],
      [["generate", "--model", FOLDER, "--image", "nowhere.png", "--prompt", "a"], /no readable image at nowhere\.png/],
    ] as const) {
      const refused = await fovea(...args);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(why);
      expect(refused.stderr).not.toMatch(/\n\s+at /);
    }
    expect(await fovea("--help")).toMatchObject({ code: 0, stdout: expect.stringMatching(/model add[\s\S]*generate/) });
  });
});
