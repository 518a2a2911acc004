import { randomBytes } from "node:crypto";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LENGTH = 11;

/** First letter of the ids of each kind of row. */
export const ID_PREFIX = {
  run: "r",
  model: "m",
  dataset: "d",
  sae: "s",
  explanation: "x",
  score: "c",
  list: "l",
  note: "n",
  recipe: "p",
  request: "q",
  worker: "w",
} as const;

export type IdKind = keyof typeof ID_PREFIX;

/** A fresh opaque id: the kind's letter and 11 base58 characters (64 bits). */
export function newId(kind: IdKind): string {
  let id = ID_PREFIX[kind] as string;
  while (id.length <= LENGTH) {
    // 232 = 4 * 58: rejecting the rest keeps every character equally likely.
    for (const byte of randomBytes(LENGTH)) if (byte < 232 && id.length <= LENGTH) id += ALPHABET[byte % 58];
  }
  return id;
}

/** True when `value` has the shape of an id of that kind. */
export function isId(kind: IdKind, value: string): boolean {
  return (
    value.length === LENGTH + 1 &&
    value[0] === ID_PREFIX[kind] &&
    [...value.slice(1)].every((c) => ALPHABET.includes(c))
  );
}
