import { expect, it } from "vitest";
import { readNumbers } from "./numbers";

it.each([
  [`{"numbers":[1,3]}`, [1, 3]],
  [`\`\`\`json\n{"Numbers": ["3", 1]}\n\`\`\``, [3, 1]],
  [`<think>Is it 2?</think>{"numbers": [1, 3, 3]}`, [1, 3]],
  [`{"numbers": "1 and 3"}`, [1, 3]],
  [`{"numbers": 3}`, [3]],
  [`{"numbers": []}`, []],
  ["NUMBERS: 1, 3", [1, 3]],
  ["**Numbers:** [1, 3]", [1, 3]],
  ["NUMBERS: none", []],
  ["NUMBERS:", []],
  ["1, 3", [1, 3]],
  ["Images 1, 3 and 4.", [1, 3, 4]],
  ["- 1\n- 3", [1, 3]],
  ["```\n[1, 3]\n```", [1, 3]],
  ["[]", []],
  ["None of the images.", []],
])("reads %j", (answer, numbers) => {
  expect(readNumbers(answer, 4)).toEqual(new Set(numbers));
});

it.each([
  "",
  "There are 2 dogs.",
  "1-3",
  "0, 1",
  "5",
  "1.5",
  `{"numbers": [5]}`,
  `{"numbers": [1, null]}`,
  `{"numbers": {"1": true}}`,
  `{"images": [1]}`,
  `{"numbers": [1`,
  "NUMBERS: <the numbers, as a list; empty if there are none>",
  "I'm sorry, but I can't help with that.",
])("takes nothing from %j", (answer) => {
  expect(readNumbers(answer, 4)).toBeNull();
});
