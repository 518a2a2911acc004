import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as postWord } from "@/app/api/v1/inspect/word/route";
import { GET as getSign } from "@/app/api/v1/inspect/word/sign/route";
import { GET as getRuns } from "@/app/api/v1/runs/route";
import { type WordResult, wordResultSchema } from "@/lib/inspect/word/schema";
import { scramble } from "@/lib/inspect/word/scramble";
import { type RunningWorker, startWorker } from "@/lib/jobs/worker";
import { composeSign, drawSign } from "@/lib/media/sign";
import { openLanguageModel } from "@/lib/model/open";
import { encode } from "@/lib/sae/encode";
import { loadSae } from "@/lib/sae/sparsify";
import { registry } from "@/workers/registry";
import { FOLDER, IMAGE, registerBuiltIn, SAE, SITE, SLUG, storeImage } from "../helpers/built-in";
import { answer } from "../helpers/call-route";

const QUESTION = "what does the sign say?";

let worker: RunningWorker;
let sha: string;

beforeAll(async () => {
  await registerBuiltIn((index) => ({ label: `f${index}` }));
  worker = await startWorker(registry, ["interactive"]);
  sha = await storeImage();
}, 120_000);

afterAll(() => worker.stop());

async function tryWord(body: object) {
  const { status, json } = await answer(postWord, "/inspect/word", {
    method: "POST",
    body: { in: SAE, image: sha, text: QUESTION, maxTokens: 8, ...body },
    headers: { prefer: "wait=30" },
  });
  return { status, json };
}

describe("POST /inspect/word", () => {
  it("tells the values and answers that the model gives to exactly these pixels", async () => {
    const { status, json } = await tryWord({ word: "fries", x: 40, y: 30, size: 20 });
    expect(status).toBe(200);
    const result: WordResult = wordResultSchema.parse(json.result);
    expect(result.scrambled).toBe(scramble("fries"));
    const gained = result.gained[0]!;
    const followed = await tryWord({ word: "fries", x: 40, y: 30, size: 20, feature: gained.index });
    const told = wordResultSchema.parse(followed.json.result);
    expect(told.feature).toMatchObject({ index: gained.index, label: `f${gained.index}`, aRef: 30 });

    const model = await openLanguageModel(FOLDER);
    const sae = await loadSae(`${FOLDER}/saes/4-res-4k`);
    const sign = drawSign("fries", "dark");
    const other = drawSign(scramble("fries") as string, "dark", sign.width);
    const plain = IMAGE;
    const images = {
      plain,
      word: await composeSign(plain, sign, result.box),
      scrambled: await composeSign(plain, other, result.box),
    };
    for (const version of told.versions) {
      const input = {
        messages: [{ role: "user" as const, content: QUESTION, image: true as const }],
        image: images[version.name],
      };
      const [tap] = await model.tap([input], SITE);
      const codes = await encode(tap!.acts, sae);
      let peak = 0;
      tap!.tokens.forEach(({ cell }, p) => {
        if (cell === undefined || !told.under.includes(cell)) return;
        for (let t = p * codes.k; t < (p + 1) * codes.k; t++)
          if (codes.index[t] === gained.index) peak = Math.max(peak, codes.value[t]!);
      });
      expect(version.peak).toBeCloseTo(peak, 2);
      expect(gained[version.name]).toBeCloseTo(peak, 2);
      const [said] = await model.generateBatch([input], { maxTokens: 8 });
      expect(version.answer.text).toBe(said!.text);
    }
    await model.dispose();
    const shares = result.gained.map(({ plain, word, aRef }) => (word - plain) / aRef);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(result.lost.every(({ plain, word }) => word < plain)).toBe(true);
  }, 90_000);

  it("answers an equal request with the run that exists, and keeps such runs out of the list of all", async () => {
    const once = await tryWord({ word: "hello" });
    expect((await tryWord({ word: "hello" })).json.run.id).toBe(once.json.run.id);
    const ids = async (path: string) =>
      (await answer(getRuns, path)).json.items.map(({ id }: { id: string }) => id) as string[];
    expect(await ids("/runs")).not.toContain(once.json.run.id);
    expect(await ids("/runs?kind=word")).toContain(once.json.run.id);
  });

  it("does without a control where the letters have no other order, and refuses what it cannot try", async () => {
    const { json } = await tryWord({ word: "oo" });
    expect(json.result.scrambled).toBeNull();
    expect(json.result.versions.map(({ name }: { name: string }) => name)).toEqual(["plain", "word"]);
    expect((await tryWord({ word: " " })).status).toBe(400);
    expect((await tryWord({ word: "a".repeat(40) })).status).toBe(400);
    expect((await tryWord({ word: "hi", image: "0".repeat(64) })).status).toBe(404);
    expect((await tryWord({ word: "hi", in: `${SLUG}/none` })).status).toBe(404);
  });
});

describe("GET /inspect/word/sign", () => {
  const sign = (query: string) => answer(getSign, `/inspect/word/sign?${query}`);

  it("draws what is laid on the image, and the control on a board of the same size", async () => {
    const word = await sign("word=fries&ink=dark");
    expect(word.response.headers.get("content-type")).toBe("image/svg+xml");
    expect(word.response.headers.get("cache-control")).toContain("immutable");
    expect(word.text).toBe(drawSign("fries", "dark").svg);
    const control = await sign("word=fries&ink=dark&scrambled=true");
    const size = (svg: string) => /width="\d+" height="\d+"/.exec(svg)?.[0];
    expect(size(control.text)).toBe(size(word.text));
    expect(control.text).not.toBe(word.text);
    expect((await sign("word=oo&ink=dark&scrambled=true")).status).toBe(400);
    expect((await sign("word=%3Cscript%3E&ink=dark")).text).not.toContain("script");
  });
});
