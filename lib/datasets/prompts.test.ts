import { describe, expect, it } from "vitest";
import { promptFor } from "@/lib/datasets/prompts";
import type { ImageTruth } from "@/lib/datasets/schema";

const question = (kind: string) => ({ kind, question: `${kind}?`, answer: `${kind}.` });
const truth = { questions: ["color", "describe", "count", "where", "what"].map(question) } as unknown as ImageTruth;

describe("how samples are shown to a model", () => {
  it("asks three true questions about an image, the description first, the same ones each time", () => {
    const sample = { kind: "image", ordinal: 5, text: null, truth };
    const prompt = promptFor(sample);
    expect(prompt.hasImage).toBe(true);
    expect(prompt.messages.map((m) => m.role)).toEqual(["user", "assistant", "user", "assistant", "user", "assistant"]);
    expect(prompt.messages.map((m) => m.image)).toEqual([true, ...Array(5).fill(undefined)]);
    expect(prompt.messages[0]?.content).toBe("describe?");
    expect(new Set(prompt.messages.map((m) => m.content)).size).toBe(6);
    expect(promptFor(sample)).toEqual(prompt);
  });

  it("asks for a description where nothing is known, and reads texts plainly or as turns", () => {
    expect(promptFor({ kind: "image", ordinal: 0, text: null, truth: null }).messages).toEqual([
      { role: "user", content: "describe the image.", image: true },
    ]);
    expect(promptFor({ kind: "text", ordinal: 0, text: "hello", truth: null })).toMatchObject({
      raw: "hello",
      messages: [],
    });
    const turns = { seed: 1, turns: [{ question: "q", answer: "a" }] };
    expect(promptFor({ kind: "text", ordinal: 0, text: "q\na", truth: turns }).messages).toHaveLength(2);
  });
});
