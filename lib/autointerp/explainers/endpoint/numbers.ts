import { afterThought, jsonFields, lineFields } from "./answer";

/** The shape of an answer that chooses some of what is numbered. */
export const NUMBERS_SCHEMA = {
  name: "numbers",
  schema: {
    type: "object",
    properties: {
      numbers: {
        type: "array",
        items: { type: "integer" },
        description: "the numbers, as a list; empty if there are none",
      },
    },
    required: ["numbers"],
    additionalProperties: false,
  },
};

/** What may stand around numbers; in any other words, and in a range, a number can mean something else. */
const AROUND = /\b(images?|pictures?|texts?|numbers?|nos?|and)\b|```(json)?|^\s*-\s|[\s,;.:&*#[\]()]/gim;
const NONE = /^\W*(none|empty|no(ne)? of (them|these|the (images|pictures|texts)))\W*$|^\[\s*\]$/i;

/**
 * Reads which of `n` numbered things an answer chooses: JSON, a line with a marker, or plain numbers.
 * @returns numbers from 1; null when the answer cannot be read or names what is not there
 */
export function readNumbers(answer: string, n: number): Set<number> | null {
  const text = afterThought(answer);
  const fields = jsonFields(text) ?? lineFields(text, "numbers");
  // A marker with nothing behind it says that there are none; no answer at all says nothing.
  const chosen = fields?.numbers === "" ? [] : listOf(fields ? fields.numbers : text);
  return chosen?.every((i) => Number.isInteger(i) && i >= 1 && i <= n) ? new Set(chosen) : null;
}

function listOf(value: unknown): number[] | null {
  if (typeof value === "number") return [value];
  if (Array.isArray(value)) return value.map((one) => (typeof one === "string" ? Number(one) : one));
  if (typeof value !== "string") return null;
  if (NONE.test(value.trim())) return [];
  const words = value.replace(AROUND, " ").trim().split(/\s+/);
  return words.every((word) => /^\d{1,4}$/.test(word)) ? words.map(Number) : null;
}
