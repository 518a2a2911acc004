import { describe, expect, it } from "vitest";
import { Answer } from "@/lib/model/answer";
import type { Tokenizer } from "@/lib/model/tokenizer";

const END = 0;
/** One token a character; 0 ends. */
const tokenizer = {
  eosIds: [END],
  decode: (ids: readonly number[]) => String.fromCodePoint(...ids),
} as unknown as Tokenizer;

/** What each token adds, and the whole. */
function write(text: string, { stop = [], maxTokens = 99 }: { stop?: string[]; maxTokens?: number }) {
  const answer = new Answer(tokenizer, maxTokens, stop);
  const added: (string | undefined)[] = [];
  for (const c of [...text].map((character) => character.codePointAt(0) as number).concat(END)) {
    if (answer.finish) break;
    added.push(answer.push(c, -1));
  }
  return { added, ...answer.result() };
}

describe("an answer with stop texts", () => {
  it("never shows the beginning of a stop text that then comes", () => {
    const { added, text, finish } = write("see END of it", { stop: ["END"] });
    expect(added.join("")).toBe("see ");
    expect({ text, finish }).toEqual({ text: "see ", finish: "stop" });
  });

  it("shows what it held back once the stop text does not come", () => {
    const { added, text } = write("EN route", { stop: ["END", "route!"] });
    expect(added.slice(0, 4)).toEqual(["", "", "EN ", ""]);
    expect(text).toBe("EN route");
  });

  it("has what was held back in its text when the answer ends first", () => {
    expect(write("the EN", { stop: ["END"] })).toMatchObject({ text: "the EN", finish: "stop" });
    expect(write("the ENx", { stop: ["END"], maxTokens: 6 })).toMatchObject({ text: "the EN", finish: "length" });
  });
});
