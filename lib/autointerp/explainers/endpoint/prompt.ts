import { CONCEPT_KINDS } from "@/lib/autointerp/schema";

/** What a question tells about one text. */
export interface TextExample {
  /** Tokens around the peak, with the strongest one in double brackets. */
  marked: string;
  strength: number;
}

/** A label that was wrong about samples that it had not been made from; these are the last of the parts of their sort. */
export interface Earlier {
  label: string;
  sentence: string | null;
  kind: "image" | "text";
  /** Examples that it does not fit. */
  missed: number;
  /** Silent samples that it fits. */
  fitted: number;
}

export interface PromptParts {
  /** Strengths of the image examples, 1 to 10, in the order in which they are shown. */
  strengths: readonly number[];
  /** Images in which the feature is silent. */
  silentImages: number;
  texts: readonly TextExample[];
  /** Texts in which it is silent. */
  silentTexts: readonly string[];
  /** `apart`: an image for each example; `sheet`: one image of them all. */
  layout: "apart" | "sheet";
  earlier?: Earlier | undefined;
}

/** The question about one feature; the shape of the answer is said by the reader. */
export function promptOf(parts: PromptParts): string {
  return [
    "You explain what a single feature inside a vision-language model stands for. You are shown where it is active.",
    ...imageParagraphs(parts),
    ...textParagraphs(parts),
    ...(parts.earlier ? [earlierParagraph(parts.earlier, parts)] : []),
    [
      "Find what the examples share where the feature is active, and the silent ones lack.",
      "Name the narrowest thing that fits all examples: an object, a part of one, a material, a colour, a shape, written words, a feeling, an activity, a place in the picture.",
      "The strong examples count most. Describe what is seen, not how the model works.",
      "If they share nothing that you can see, the label is none.",
    ].join("\n"),
  ].join("\n\n");
}

function imageParagraphs({ strengths, silentImages, layout }: PromptParts): string[] {
  const n = strengths.length;
  if (n === 0) return [];
  if (layout === "sheet") {
    const rows =
      "Above is the whole picture, below it the part where the feature is active, enlarged, with what is around it faded.";
    const silent =
      silentImages > 0
        ? ["The framed pictures marked “silent” come near, but the feature is not active anywhere in them."]
        : [];
    return [
      `The image is a sheet of ${count(n, "example")} with numbers. ${rows} The strength is from 1 (weak) to 10 (as strong as it gets).`,
      ...silent,
    ];
  }
  const shown =
    "on the left the whole picture, on the right the part of it where the feature is active, enlarged, with what is around it faded. The strength is from 1 (weak) to 10 (as strong as it gets).";
  const list = strengths.map((strength, i) => `- image ${i + 1}: strength ${strength}`).join("\n");
  const [from, to] = [n + 1, n + silentImages];
  const silent = `come${silentImages === 1 ? "s" : ""} near, but the feature is not active anywhere in ${silentImages === 1 ? "it" : "them"}.`;
  return [
    `${range(1, n)} ${n === 1 ? "is an example" : "are examples"}: ${shown}\n${list}`,
    ...(silentImages > 0 ? [`${range(from, to)} ${silent}`] : []),
  ];
}

function textParagraphs({ strengths, texts, silentTexts }: PromptParts): string[] {
  if (texts.length === 0) return [];
  const also = strengths.length > 0 ? "It is active in texts as well" : "It is active in texts";
  const list = texts.map(({ marked, strength }, i) => `${i + 1}. (strength ${strength}) ${marked}`).join("\n");
  const silent = silentTexts.map((text) => `- ${text}`).join("\n");
  return [
    `${also}. The token where it is strongest is in double brackets; the strength is on the same scale.\n${list}`,
    ...(silent ? [`It is not active anywhere in these texts.\n${silent}`] : []),
  ];
}

function earlierParagraph({ label, sentence, kind, missed, fitted }: Earlier, parts: PromptParts): string {
  const examples = kind === "image" ? parts.strengths.length : parts.texts.length;
  const wrong = (what: string, which: string, active: string) =>
    `- It ${what} ${which}, where the feature is ${active}.`;
  return [
    `So far the label was ${quoted(label, sentence)}. It was held against samples that it had not been made from, and was wrong:`,
    ...(missed > 0 ? [wrong("does not fit", missedNames(kind, examples, missed, parts), "active")] : []),
    ...(fitted > 0 ? [wrong("fits", fittedNames(kind, fitted, parts), "not active")] : []),
    "Give a better label, which is right about these and still fits the others; or the same one again if you see none.",
  ].join("\n");
}

function missedNames(kind: Earlier["kind"], n: number, missed: number, { layout }: PromptParts): string {
  const word = kind === "text" ? "text" : layout === "sheet" ? "example" : "image";
  return range(n - missed + 1, n, word);
}

function fittedNames(kind: Earlier["kind"], fitted: number, { strengths, silentImages, layout }: PromptParts): string {
  const all = strengths.length + silentImages;
  if (kind === "image" && layout === "apart") return range(all - fitted + 1, all, "image");
  const last = fitted === 1 ? "the last" : `the last ${fitted}`;
  return kind === "text" ? `${last} of the texts with a dash` : `${last} of the framed pictures`;
}

/** A label with what it means, as questions speak of it. */
export const quoted = (label: string, sentence: string | null) =>
  sentence ? `“${label}” (${sentence.replace(/[.\s]+$/, "")})` : `“${label}”`;

const count = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
const range = (from: number, to: number, word = "Image") =>
  from === to ? `${word} ${from}` : `${word}s ${from} ${to === from + 1 ? "and" : "to"} ${to}`;

const NAMES = new Intl.DisplayNames(["en"], { type: "language" });

/** Field of an answer that holds the label in another language. */
export const translationField = (language: string) => `label_${language.toLowerCase().replaceAll("-", "_")}`;

/** The shape of an answer. @param languages of labels beside English, as codes */
export function answerSchema(languages: readonly string[]): { name: string; schema: object } {
  const text = (description: string) => ({ type: "string", description });
  const properties: Record<string, object> = {
    label: text("a name of 1 to 6 words in English, without a full stop; or none"),
    sentence: text("one sentence in English that says when the feature is active and when it is not"),
    kind: { type: "string", enum: CONCEPT_KINDS, description: `one of ${CONCEPT_KINDS.join(", ")}` },
    confidence: { type: "number", description: "how sure you are, a number from 0 to 1" },
  };
  for (const code of languages)
    properties[translationField(code)] = text(`the label in ${NAMES.of(code) ?? code}; or none`);
  return {
    name: "feature",
    schema: { type: "object", properties, required: Object.keys(properties), additionalProperties: false },
  };
}
