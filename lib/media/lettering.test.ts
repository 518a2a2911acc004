import { expect, it } from "vitest";
import { textLines, textPath, textWidth } from "./lettering";

it("breaks a text into lines that fit, without losing a word unless it says so", () => {
  const text = "a long label about french fries on a checked ground";
  const lines = textLines(text, "bold", 40, 420, 9);
  expect(lines.join(" ")).toBe(text);
  expect(lines.every((line) => textWidth(line, "bold", 40) <= 420)).toBe(true);
  const cut = textLines(text, "bold", 40, 420, 2);
  expect(cut).toHaveLength(2);
  expect(cut[1]).toMatch(/…$/);
  expect(textWidth(cut[1] ?? "", "bold", 40)).toBeLessThanOrEqual(420);
  expect(textWidth(textLines("x".repeat(200), "bold", 40, 420, 1)[0] ?? "", "bold", 40)).toBeLessThanOrEqual(420);
});

it("draws letters that the font lacks as dots, and nothing for nothing", () => {
  expect(textPath("", "regular", 20, 0, 0)).toBe("");
  expect(textPath("薯", "regular", 20, 0, 0)).toBe(textPath("·", "regular", 20, 0, 0));
});
