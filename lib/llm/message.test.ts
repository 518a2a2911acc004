import { expect, it } from "vitest";
import { hopedFor } from "./abilities";
import { bodyOf } from "./message";

const image = (side: number) => ({ width: side, height: side, data: new Uint8Array(side * side * 3) });
const schema = {
  name: "feature",
  schema: { type: "object", properties: { label: { type: "string", description: "a name" } }, required: ["label"] },
};
const read = async (more: object, images: number[] = []) => {
  const question = { key: "q", images: images.map(image), text: "What?", maxTokens: 20, schema };
  const how = { model: "m", abilities: { ...hopedFor(11), ...more }, maxTokens: 40, seed: 7 };
  return JSON.parse(await bodyOf(question, how));
};

it("asks without randomness, for an answer in JSON, with images in order before the text", async () => {
  const body = await read({}, [16, 300]);
  expect(body).toMatchObject({
    ...{ model: "m", temperature: 0, seed: 7, max_tokens: 40 },
    response_format: { type: "json_schema", json_schema: { name: "feature", strict: true, schema: schema.schema } },
  });
  const [small, large, text] = body.messages[0].content;
  expect(small.image_url.url).toMatch(/^data:image\/png;base64,/);
  expect(large.image_url.url).toMatch(/^data:image\/jpeg;base64,/);
  expect(text.text).toMatch(/^What\?\n\nAnswer with one JSON object/);
});

it("leaves out what the endpoint cannot do, and asks for lines instead of JSON", async () => {
  const body = await read({ schema: false, temperature: false, seed: false, tokensField: "max_completion_tokens" });
  expect(Object.keys(body).sort()).toEqual(["max_completion_tokens", "messages", "model"]);
  expect(body.messages[0].content).toContain("LABEL: <a name>");
});
