import { CONCEPT_KINDS, type ConceptKind } from "@/lib/autointerp/schema";
import { translationField } from "./prompt";

export interface Explained {
  status: "explained";
  label: string;
  sentence: string | null;
  kind: ConceptKind | null;
  confidence: number | null;
  translations: Record<string, string> | null;
}

/** What an answer says of a feature. */
export type Said = Explained | { status: "declined"; reason: string } | { status: "unparsed"; reason: string };

const LONGEST_LABEL = 80;
const MOST_WORDS = 12;
const LONGEST_SENTENCE = 400;

const NO_PATTERN =
  /^(none|null|n\/?a|unknown|unclear|nothing|no (clear |common |obvious |single )?(pattern|label|theme|concept)\b.*)$/i;
const REFUSAL =
  /^(i'?m |i am )?(sorry|unable to|not able to)\b|^i (can(no|')t|won'?t|will not|must decline)\b|^as an ai\b/i;
/** Other words for kinds. */
const ALSO: Record<string, ConceptKind> = {
  color: "colour",
  emotion: "feeling",
  action: "activity",
  pattern: "texture",
};

/**
 * Reads the answer to `promptOf`: a JSON object, fenced or with words around it, or lines with markers. Whatever is neither is
 * unparsed, and never a label.
 * @param languages that translations were asked for
 */
export function readExplanation(answer: string, languages: readonly string[]): Said {
  const text = afterThought(answer);
  const fields = jsonFields(text) ?? lineFields(text);
  if (!fields) {
    return REFUSAL.test(text)
      ? { status: "declined", reason: `The model would not answer: ${text.slice(0, 200)}` }
      : { status: "unparsed", reason: "The answer is neither a JSON object nor lines with markers." };
  }
  const raw = fields.label;
  if (raw !== null && typeof raw !== "string") return { status: "unparsed", reason: "The answer has no label." };
  const label = tidy(raw ?? "none");
  const sentence = stringOf(fields.sentence)?.slice(0, LONGEST_SENTENCE) ?? null;
  if (label === "" || NO_PATTERN.test(label)) {
    return { status: "declined", reason: sentence ?? "The model saw no pattern." };
  }
  if (REFUSAL.test(label)) return { status: "declined", reason: `The model would not answer: ${label.slice(0, 200)}` };
  if (label.length > LONGEST_LABEL || label.split(/\s+/).length > MOST_WORDS) {
    return { status: "unparsed", reason: "The label is no short name." };
  }
  // A model that gives back the form has not filled it in.
  if (/^<.*>$|1 to 6 words/.test(label)) return { status: "unparsed", reason: "The form came back empty." };
  return {
    status: "explained",
    label,
    sentence,
    kind: kindOf(fields.kind),
    confidence: confidenceOf(fields.confidence),
    translations: translationsOf(fields, label, languages),
  };
}

type Fields = Record<string, unknown>;

/** Models that think aloud answer after it. */
export const afterThought = (answer: string) => answer.replace(/^[\s\S]*<\/think>/i, "").trim();

/** The object in a text, with its keys in lower case. */
export function jsonFields(text: string): Fields | null {
  const fenced = /```(?:json)?\s*([\s\S]*?)```/i.exec(text)?.[1];
  for (const part of [fenced, text, text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)]) {
    if (!part) continue;
    try {
      const value: unknown = JSON.parse(part);
      if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
      return Object.fromEntries(Object.entries(value).map(([key, v]) => [key.toLowerCase(), v]));
    } catch {
      // Not this part.
    }
  }
  return null;
}

/** `LABEL: a dog`, also as `**Label:** a dog`. Without a line for the one that is needed they are just lines. */
export function lineFields(text: string, needed = "label"): Fields | null {
  const fields: Fields = {};
  for (const line of text.split("\n")) {
    const match = /^[\s>*_#-]*([A-Za-z][A-Za-z_]*)[*_]*\s*:[*_]*\s*(.*)$/.exec(line);
    const [, name, value] = match ?? [];
    // The first one counts: what comes later may be about something else.
    if (name && value !== undefined) fields[name.toLowerCase()] ??= value.replace(/[*_]+$/, "").trim();
  }
  return typeof fields[needed] === "string" ? fields : null;
}

const tidy = (text: string) =>
  text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^["'“”‘’`]+|["'“”‘’`.]+$/g, "")
    .trim();

function stringOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = value.replace(/\s+/g, " ").trim();
  return text === "" || /^(none|null|n\/?a)$/i.test(text) ? null : text;
}

function kindOf(value: unknown): ConceptKind | null {
  const word =
    stringOf(value)
      ?.toLowerCase()
      .replace(/[^a-z]/g, "") ?? "";
  if ((CONCEPT_KINDS as readonly string[]).includes(word)) return word as ConceptKind;
  return ALSO[word] ?? null;
}

/** A share, also as "85 %"; null when it is neither or out of range. */
function confidenceOf(value: unknown): number | null {
  const match = /^(\d*\.?\d+)\s*(%?)$/.exec(typeof value === "number" ? String(value) : (stringOf(value) ?? ""));
  if (!match) return null;
  const share = Number(match[1]) / (match[2] ? 100 : 1);
  return share >= 0 && share <= 1 ? share : null;
}

function translationsOf(fields: Fields, label: string, languages: readonly string[]): Record<string, string> | null {
  const found = languages.flatMap((language): [string, string][] => {
    const text = tidy(stringOf(fields[translationField(language)]) ?? "");
    // A model that does not know the language gives the label back.
    const own = text.toLowerCase() === label.toLowerCase();
    return text === "" || own || text.length > LONGEST_LABEL || /^<.*>$/.test(text) ? [] : [[language, text]];
  });
  return found.length > 0 ? Object.fromEntries(found) : null;
}
