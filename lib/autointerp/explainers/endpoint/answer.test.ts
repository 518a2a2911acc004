import { describe, expect, it } from "vitest";
import { readExplanation } from "./answer";

const ZH = ["zh"];
const DOG = {
  label: "Dog's “nose”.",
  sentence: "Active on noses of dogs.",
  kind: "Part",
  confidence: 0.9,
  label_zh: "狗鼻子",
};
const DOG_SAID = {
  status: "explained",
  label: "Dog's “nose",
  sentence: "Active on noses of dogs.",
  kind: "part",
  confidence: 0.9,
  translations: { zh: "狗鼻子" },
};

describe("readExplanation", () => {
  it.each([
    ["plain", JSON.stringify(DOG)],
    ["fenced", `Here it is:\n\`\`\`json\n${JSON.stringify(DOG, null, 2)}\n\`\`\`\nI hope this helps.`],
    ["with words around", `Sure. ${JSON.stringify(DOG)} Done.`],
    ["after thinking aloud", `<think>Is it {"label": "cat"}?</think>${JSON.stringify(DOG)}`],
    ["with other capitals", JSON.stringify({ ...DOG, label: undefined, Label: DOG.label })],
  ])("reads JSON, %s", (_, text) => {
    expect(readExplanation(text, ZH)).toEqual(DOG_SAID);
  });

  it.each([
    ["plain", "LABEL: dog nose\nSENTENCE: Active on noses of dogs.\nKIND: part\nCONFIDENCE: 90 %\nLABEL_ZH: 狗鼻子"],
    [
      "bold",
      "**Label:** dog nose\n**Sentence:** Active on noses of dogs.\n- **Kind**: part\nconfidence: 0.9\nlabel_zh: “狗鼻子”",
    ],
  ])("reads lines with markers, %s", (_, text) => {
    expect(readExplanation(text, ZH)).toEqual({ ...DOG_SAID, label: "dog nose" });
  });

  it.each([
    `{"label": "none", "sentence": "none"}`,
    `{"label": null}`,
    `{"label": "No common pattern"}`,
    "LABEL: None.\nSENTENCE: The examples share nothing.",
  ])("declines when the model sees no pattern: %s", (text) => {
    expect(readExplanation(text, ZH)).toMatchObject({ status: "declined" });
  });

  it.each(["I'm sorry, but I can't help with that.", "I cannot describe people.", `{"label": "I cannot say"}`])(
    "declines when the model will not: %s",
    (text) => {
      expect(readExplanation(text, ZH)).toMatchObject({ status: "declined", reason: /would not answer/ });
    },
  );

  it.each([
    "",
    "The feature fires on dogs.",
    `{"label": "do`,
    `{"name": "dog"}`,
    `{"label": 7}`,
    `["dog"]`,
    "LABEL: <a name of 1 to 6 words in English, without a full stop; or none>",
    `{"label": "${"very ".repeat(13)}long"}`,
    "Response None",
  ])("does not take for a label: %s", (text) => {
    expect(readExplanation(text, ZH)).toMatchObject({ status: "unparsed" });
  });

  it("keeps to the lists: unknown kinds, wrong confidences and echoed translations are left out", () => {
    const said = readExplanation(JSON.stringify({ ...DOG, kind: "animal", confidence: 7, label_zh: DOG.label }), ZH);
    expect(said).toMatchObject({ status: "explained", kind: null, confidence: null, translations: null });
    expect(readExplanation(`{"label":"red","kind":"Color"}`, [])).toMatchObject({ kind: "colour", sentence: null });
  });
});
