import { describe, expect, it } from "vitest";
import { citeBibtex, citeText, parseVersions, printVersions } from "./format";

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
