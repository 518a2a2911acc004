import { createHash } from "node:crypto";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRng } from "../core/rng";
import { type Atlas, openAtlas, TRAINED_STYLES, UNSEEN_STYLE } from "./atlas";
import { CONCEPTS } from "./concepts";
import { HIDDEN, highlightScene } from "./highlight";
import { makeScene, SPLITS, splitOf } from "./scene";
import { makeText } from "./texts";
import { placeOf, type Scene } from "./truth";
import { COUNTRIES, SIGN_WORDS } from "./words";

let atlas: Atlas;
beforeAll(async () => {
  atlas = await openAtlas(join(import.meta.dirname, "../../.cache"));
}, 120_000);

const sha = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
/** All of a scene as one short string. */
const digest = ({ pixels, masks, ...rest }: Scene): string => `${sha(pixels)} ${sha(masks)} ${JSON.stringify(rest)}`;
const scenes = (first: number, n: number) => Array.from({ length: n }, (_, i) => makeScene(atlas, first + i));

describe("the world", () => {
  it("has at least 300 concepts and 150 words, each named once", () => {
    expect(CONCEPTS.length).toBeGreaterThanOrEqual(300);
    expect(new Set(CONCEPTS.map((c) => c.name)).size).toBe(CONCEPTS.length);
    expect(SIGN_WORDS.length).toBeGreaterThanOrEqual(150);
    expect(SIGN_WORDS).toContain("fries");
    expect(COUNTRIES).toContain("bolivia");
  });

  it("can draw every concept in the unseen style and in at least four trained ones", () => {
    for (const { icons } of CONCEPTS) {
      for (const icon of icons) {
        const styles = atlas.stylesOf(icon);
        expect(styles, icon).toContain(UNSEEN_STYLE);
        expect(styles.filter((s) => s !== UNSEEN_STYLE).length, icon).toBeGreaterThanOrEqual(
          icon === "smiling-face-with-hearts" ? 3 : 4,
        );
      }
    }
  });

  it("gives the same scene for the same seed, and another for another", () => {
    for (const seed of [0, 7, SPLITS.test + 3]) {
      const [once, again, other] = [seed, seed, seed + 1].map((n) => makeScene(atlas, n)).map(digest);
      expect(again).toBe(once);
      expect(other).not.toBe(once);
    }
  });

  it("splits by seed and never shows the unseen style in training", () => {
    expect([0, SPLITS.validation - 1, SPLITS.validation, SPLITS.test].map(splitOf)).toEqual([
      "train",
      "train",
      "validation",
      "test",
    ]);
    expect(scenes(0, 150).flatMap((s) => s.objects.map((o) => o.style))).not.toContain(UNSEEN_STYLE);
    const styles = new Set(scenes(SPLITS.test, 150).map((s) => s.style));
    for (const style of [...TRAINED_STYLES, UNSEEN_STYLE]) expect(styles).toContain(style);
  });

  it("knows what it drew: masks, places and answers agree", () => {
    for (const s of scenes(SPLITS.test, 200)) {
      const ids = new Set(s.masks);
      ids.delete(0);
      expect([...ids].sort()).toEqual(s.objects.map((o) => o.id).sort());
      for (const o of s.objects) {
        expect(o.place).toBe(placeOf(o.box, s.width));
        expect(o.box[0]).toBeLessThan(o.box[2]);
        const edges = o.letters ?? [];
        expect(edges.length).toBe(o.kind === "word" || o.kind === "country" ? o.concept.length + 1 : 0);
        expect(edges.every((x, i) => x > (edges[i - 1] ?? o.box[0]) && x < o.box[2])).toBe(true);
        if (o.kind !== "land") expect(s.caption).toContain(o.concept);
      }
      for (const q of s.questions.filter((x) => x.kind === "present")) {
        const there = s.objects.some((o) => o.kind !== "word" && q.question.endsWith(` ${o.concept}?`));
        expect(q.answer.startsWith("yes"), `${q.question} ${q.answer} ${s.caption}`).toBe(there);
      }
      for (const q of s.questions.filter((x) => x.kind === "country")) {
        const name = q.question.split(" ")[1];
        expect(q.answer !== "no.").toBe(s.objects.some((o) => o.kind === "country" && o.concept === name));
      }
    }
  });

  it("hides all but one thing", () => {
    const scene = makeScene(atlas, SPLITS.test + 1);
    const { pixels, keep, questions } = highlightScene(scene, createRng(1, "h"), 14);
    const cell = scene.width / 14;
    keep.forEach((kept, i) => {
      const at = (Math.floor(i / 14) * cell * scene.width + (i % 14) * cell) * 3;
      if (kept) expect(pixels.slice(at, at + 24)).toEqual(scene.pixels.slice(at, at + 24));
      else expect(pixels[at]).toBe(HIDDEN);
    });
    expect(questions[0]?.answer).toMatch(/\.$/);
  });

  it("tells texts that are the same for the same seed", () => {
    expect(makeText(5)).toEqual(makeText(5));
    const tags = new Set(Array.from({ length: 400 }, (_, i) => makeText(i).tags).flat());
    for (const tag of ["sad", "hungry", "bolivia", "french fries"]) expect(tags).toContain(tag);
  });
});
