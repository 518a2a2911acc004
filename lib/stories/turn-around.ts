/** Marks that a chat template sets between turns: <s>, </s>, <|im_end|>, [INST]. */
const MARK = /^\s*(<[^<>\s]+>|\[\/?[A-Z]+\])\s*$/;

/** The turn of a conversation in which a token lies, without the template's marks. @param at index of the token. */
export function turnAround(tokens: readonly string[], at: number): string {
  const isMark = (token: string | undefined) => token === undefined || MARK.test(token);
  if (isMark(tokens[at])) return "";
  let [from, to] = [at, at];
  while (!isMark(tokens[from - 1])) from--;
  while (!isMark(tokens[to + 1])) to++;
  return tokens
    .slice(from, to + 1)
    .join("")
    .trim();
}
