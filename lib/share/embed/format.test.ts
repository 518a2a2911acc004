import { describe, expect, it } from "vitest";
import { embedCode, PARTS, parseEmbed, printEmbed } from "./format";

describe("an embedded view", () => {
  it("says in its address what it shows, and reads it back", () => {
    for (let bits = 0; bits < 2 ** PARTS.length; bits++) {
      const show = new Set(PARTS.filter((_, i) => bits & (1 << i)));
      const query = printEmbed({ show, theme: "dark", height: 300 });
      expect(parseEmbed(Object.fromEntries(new URLSearchParams(query)))).toEqual({ show, theme: "dark", height: 300 });
    }
    expect(printEmbed(parseEmbed({}))).toBe("");
  });

  it("understands Neuronpedia's toggles, and falls back where it does not understand", () => {
    expect([...parseEmbed({ embedexplanation: "false", embedplots: "false", embedtest: "true" }).show].sort()).toEqual([
      "images",
      "link",
      "test",
      "text",
    ]);
    expect(parseEmbed({ theme: "neon", height: "1e9" })).toMatchObject({ theme: "auto", height: null });
    expect(parseEmbed({ show: "label,nonsense" }).show).toEqual(new Set(["label"]));
  });

  it("is code that a title cannot break out of", () => {
    const code = embedCode("https://f.org/embed/m/s/1?show=label&theme=dark", '"><script>x</script>', 300);
    expect(code).not.toContain("<script>");
    expect(code.match(/"/g)).toHaveLength(10 + 2);
  });
});
