import { describe, expect, it } from "vitest";
import { csvOf, tablesOf } from "./format";

/** Reads CSV letter by letter. */
function naive(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quoted && c === '"' && text.charAt(i + 1) === '"') {
      cell += '"';
      i++;
    } else if (c === '"') quoted = !quoted;
    else if (quoted || (c !== "," && c !== "\r" && c !== "\n")) cell += c;
    else if (c !== "\n") {
      row.push(cell);
      cell = "";
      if (c === "\r") {
        rows.push(row);
        row = [];
      }
    }
  }
  return rows;
}

describe("csvOf", () => {
  it("can be read back, whatever the words hold", () => {
    const rows = [
      { a: 'say "hi", twice', b: 1.5, c: null },
      { a: "two\nlines", b: -2, d: true },
    ];
    expect(naive(csvOf(rows))).toEqual([
      ["a", "b", "c", "d"],
      ['say "hi", twice', "1.5", "", ""],
      ["two\nlines", "-2", "", "true"],
    ]);
  });

  it("gives spreadsheets no formula to run", () => {
    expect(csvOf([{ label: "=HYPERLINK(1)" }, { label: "@x" }, { label: "-1+1" }])).toBe(
      "label\r\n'=HYPERLINK(1)\r\n'@x\r\n'-1+1\r\n",
    );
  });
});

it("finds the tables of a result", () => {
  const result = { gap: 1, causes: [{ ref: "a", at: [1, 2] }], names: ["x"], none: [] };
  expect(tablesOf(result)).toEqual([{ name: "causes", rows: [{ ref: "a", at: "[1,2]" }] }]);
});
