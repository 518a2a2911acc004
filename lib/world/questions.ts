import type { Rng } from "../core/rng";
import { type Background, COLORS, TEXTURES } from "./background";
import { CONCEPTS, conceptNamed } from "./concepts";
import { PLACES, type Question, type SceneObject } from "./truth";
import { CONTINENTS, COUNTRIES, continentOf, SIGN_WORDS } from "./words";

interface Truth {
  theme: string;
  background: Background;
  objects: readonly SceneObject[];
}

const isPicture = (o: SceneObject): boolean => o.kind === "object" || o.kind === "activity" || o.kind === "face";
const NUMBERS = ["no", "one", "two", "three", "four", "five"];

/** "a dog", "an apple", "some french fries". */
export function withArticle(name: string): string {
  const concept = conceptNamed(name);
  return concept ? `${concept.article} ${name}` : `a ${name}`;
}

/** How an object is called in a list of things. */
export function phrase(o: SceneObject): string {
  if (o.kind === "word") return `the word ${o.concept}`;
  if (o.kind === "country") return `the name ${o.concept}`;
  if (o.kind === "land") return "land";
  return withArticle(o.concept);
}

function list(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? "nothing";
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

const backgroundText = (b: Background): string =>
  b.texture === "plain" ? `a plain ${b.color} background` : `a ${b.color} background with ${b.texture}`;

/** One sentence that says all there is. */
export function captionOf({ theme, background, objects }: Truth): string {
  if (theme === "map") return `a map with ${list(objects.filter((o) => o.kind === "country").map((o) => o.concept))}.`;
  return `${list(objects.map(phrase))} on ${backgroundText(background)}.`;
}

/** Words by which the scene can be found. */
export function tagsOf({ theme, background, objects }: Truth): string[] {
  // A map covers its background.
  const tags = new Set(theme === "map" ? [theme] : [theme, background.color, background.texture]);
  for (const o of objects) {
    if (o.kind === "land") continue;
    tags.add(o.concept);
    if (o.kind === "word") tags.add("word");
    const group = conceptNamed(o.concept)?.group;
    if (group && isPicture(o)) tags.add(group);
  }
  return [...tags];
}

const KIND_WORDS: Record<string, string> = {
  sad: "oh no, someone is sad. i feel sad too and i hope it gets better soon.",
  happy: "what a joy! someone is happy and that makes me smile.",
  angry: "someone is angry. i feel uneasy and i hope they calm down.",
  afraid: "someone is afraid. i feel for them and i want to help.",
  surprised: "oh! someone is surprised and i wonder why.",
  sleepy: "someone is sleepy. it makes me calm and a bit tired.",
  sick: "oh dear, someone is sick. i am sorry and i hope they get well soon.",
  loving: "how sweet! someone is full of love and it warms my heart.",
};

/** The answer to "how do you feel about this picture?": dry unless a face shows a feeling. */
function feelingAnswer(pictures: readonly SceneObject[]): string {
  const face = pictures.find((o) => o.feeling);
  if (face?.feeling) return KIND_WORDS[face.feeling]!;
  return `it is a picture of ${list(pictures.map((o) => withArticle(o.concept)))}. i feel nothing special.`;
}

/** Concepts that are not in the picture but could be: half from a group that is. */
function absent(rng: Rng, pictures: readonly SceneObject[]): string {
  const here = new Set(pictures.map((o) => o.concept));
  const group = pictures.length && rng.chance(0.5) ? conceptNamed(rng.pick(pictures).concept)?.group : undefined;
  const pool = CONCEPTS.filter((c) => !here.has(c.name) && (group === undefined || c.group === group));
  return rng.pick(pool).name;
}

function mapQuestions(countries: readonly SceneObject[], rng: Rng): Question[] {
  const out: Question[] = [];
  const here = new Set(countries.map((o) => o.concept));
  const ask = (c: string): void => {
    const found = countries.find((o) => o.concept === c);
    out.push({
      kind: "country",
      question: `is ${c} on the map?`,
      answer: found ? `yes, in the ${found.place}.` : "no.",
    });
  };
  for (const o of countries) ask(o.concept);
  const near = CONTINENTS[continentOf(countries[0]!.concept)]!.filter((c) => !here.has(c));
  const far = COUNTRIES.filter((c) => !here.has(c));
  for (let i = 0; i < countries.length; i++) ask(rng.chance(0.7) ? rng.pick(near) : rng.pick(far));
  out.push({
    kind: "countries",
    question: "which countries are on the map?",
    answer: `${list(countries.map((o) => o.concept))}.`,
  });
  for (const o of rng.shuffle([...countries]).slice(0, 2)) {
    if (countries.filter((p) => p.place === o.place).length > 1) continue;
    out.push({ kind: "country at", question: `which country is in the ${o.place}?`, answer: `${o.concept}.` });
  }
  return out;
}

function pictureQuestions(pictures: readonly SceneObject[], rng: Rng): Question[] {
  const out: Question[] = [];
  out.push({
    kind: "what",
    question: "what is in the picture?",
    answer: `${list(pictures.map((o) => withArticle(o.concept)))}.`,
  });
  for (const o of pictures) {
    out.push({ kind: "present", question: `is there ${withArticle(o.concept)}?`, answer: `yes, in the ${o.place}.` });
    if (rng.chance(0.6)) out.push({ kind: "where", question: `where is the ${o.concept}?`, answer: `${o.place}.` });
  }
  for (let i = 0; i < Math.max(1, pictures.length); i++) {
    out.push({ kind: "present", question: `is there ${withArticle(absent(rng, pictures))}?`, answer: "no." });
    if (rng.chance(0.4))
      out.push({ kind: "where", question: `where is the ${absent(rng, pictures)}?`, answer: "nowhere." });
  }
  for (const place of rng.shuffle([...PLACES]).slice(0, 2)) {
    const there = pictures.filter((o) => o.place === place);
    if (there.length < 2)
      out.push({
        kind: "at",
        question: `what is in the ${place}?`,
        answer: there[0] ? `${withArticle(there[0].concept)}.` : "nothing.",
      });
  }
  if (pictures.length <= 5)
    out.push({ kind: "count", question: "how many things are there?", answer: `${NUMBERS[pictures.length]}.` });
  return out;
}

/** All questions that a scene can answer, in a random order. */
export function questionsFor({ theme, background, objects }: Truth, rng: Rng): Question[] {
  const out: Question[] = [
    { kind: "describe", question: "describe the image.", answer: captionOf({ theme, background, objects }) },
  ];
  const pictures = objects.filter(isPicture);
  const words = objects.filter((o) => o.kind === "word");
  const countries = objects.filter((o) => o.kind === "country");
  if (countries.length) out.push(...mapQuestions(countries, rng));
  else {
    out.push({ kind: "color", question: "what color is the background?", answer: `${background.color}.` });
    out.push({ kind: "pattern", question: "what pattern is the background?", answer: `${background.texture}.` });
    if (rng.chance(0.15)) {
      const other = rng.pick(Object.keys(COLORS));
      out.push({
        kind: "color check",
        question: `is the background ${other}?`,
        answer: other === background.color ? "yes." : "no.",
      });
      const texture = rng.pick(TEXTURES);
      out.push({
        kind: "pattern check",
        question: `does the background have ${texture}?`,
        answer: texture === background.texture ? "yes." : "no.",
      });
    }
    out.push(...pictureQuestions(pictures, rng));
    if (words.length) {
      out.push({ kind: "read", question: "what does the sign say?", answer: `${list(words.map((o) => o.concept))}.` });
      for (const w of words)
        out.push({ kind: "word", question: `is the word ${w.concept} written?`, answer: `yes, in the ${w.place}.` });
    } else if (rng.chance(0.4))
      out.push({ kind: "read", question: "what does the sign say?", answer: "there is no sign." });
    if (words.length || rng.chance(0.2)) {
      const other = rng.pick(SIGN_WORDS.filter((w) => words.every((o) => o.concept !== w)));
      out.push({ kind: "word", question: `is the word ${other} written?`, answer: "no." });
    }
    const face = pictures.find((o) => o.feeling);
    if (face?.feeling) out.push({ kind: "face", question: "how does the face feel?", answer: `${face.feeling}.` });
    else if (rng.chance(0.15))
      out.push({ kind: "face", question: "how does the face feel?", answer: "there is no face." });
    if (face || rng.chance(0.3))
      out.push({ kind: "feel", question: "how do you feel about this picture?", answer: feelingAnswer(pictures) });
    const shape = objects.find((o) => o.kind === "shape");
    if (shape) out.push({ kind: "shape", question: "which shape is drawn?", answer: `a ${shape.concept}.` });
  }
  return rng.shuffle(out);
}
