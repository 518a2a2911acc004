import { describe, expect, it } from "vitest";
import { citeBibtex, citeText, csvOf, parseVersions, printVersions, tablesOf } from "./format";

const cited = {
  ...{ label: "50 % & more_{x}", model: "m", sae: "4-res", index: 7, at: "9f31c2aa.77b0e4d1" },
  ...{ origin: "https://f.org", day: "2026-11-25" },
};

describe("citations", () => {
  it("name the versions, and open what they name", () => {
    expect(parseVersions(printVersions({ sae: "9f31c2aa00", evidence: "77b0e4d1" }) ?? "")).toEqual({
      ...{ sae: "9f31c2aa", evidence: "77b0e4d1" },
    });
    expect(["", "9f31c2aa", "9f31c2aa.77b0e4d1.1", "9F31C2AA.77b0e4d1"].map(parseVersions)).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(citeText(cited)).toContain("https://f.org/m/4-res/7?at=9f31c2aa.77b0e4d1 (accessed 2026-11-25)");
  });

  it("are BibTeX whatever the label holds", () => {
    const bib = citeBibtex(cited);
    expect(bib).toContain("50 \\% \\& more\\_\\{x\\}");
    const plain = bib.replaceAll(/\\[{}]/g, "");
    expect(plain.split("{").length).toBe(plain.split("}").length);
    expect(bib).toMatch(/^@misc\{fovea-4-res-7,\n/);
  });
});

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
