import { describe, expect, it } from "vitest";
import type { ComparedSae } from "@/lib/saes/schema";
import { columnsOf } from "./columns";
import { bestOf, colorsOf, compareStateOf, type ParetoPoint, paretoFrontier, sorted } from "./compared";

const sae = (slug: string, l0: number, fvu: number | null, architecture = "topk") =>
  ({
    ref: `m/${slug}`,
    slug,
    architecture,
    n: 8,
    k: l0,
    concepts: null,
    monosemanticity: null,
    figures: { all: { l0, fvu } },
  }) as unknown as ComparedSae;
const saes = [sae("b", 16, 0.2), sae("a", 8, 0.3), sae("c", 32, null), sae("d", 8, 0.1, "jumprelu")];
const columns = columnsOf({ group: "all" });

describe("what is compared", () => {
  it("is all unless the address names some, and survives nonsense", () => {
    const refs = saes.map(({ ref }) => ref);
    expect(compareStateOf(new URLSearchParams("in=m/zzz&of=q&against=x"), refs)).toEqual({
      chosen: refs,
      group: "all",
      against: "zero",
      sort: "l0",
    });
    expect(compareStateOf(new URLSearchParams("in=m/a&in=m/b&of=text&against=mean"), refs).chosen).toEqual([
      "m/a",
      "m/b",
    ]);
  });
  it("is sorted by a column with unknown figures last, both ways", () => {
    const order = (sort: string) =>
      sorted(saes, columns, sort)
        .map(({ slug }) => slug)
        .join("");
    expect(order("fvu")).toBe("dbac");
    expect(order("-fvu")).toBe("abdc");
    expect(order("l0")).toBe("adbc");
    expect(order("name")).toBe("abcd");
  });
  it("marks the best of two or more that differ", () => {
    const fvu = columns.find(({ key }) => key === "fvu")!;
    expect([...bestOf(saes, fvu)]).toEqual(["m/d"]);
    expect(bestOf(saes.slice(0, 1), fvu).size).toBe(0);
    expect(bestOf(saes, columns.find(({ key }) => key === "l0")!).size).toBe(0);
  });
  it("gives one hue to an architecture and another shade to each SAE of it", () => {
    const colors = colorsOf(saes);
    expect(new Set(colors.values()).size).toBe(4);
    expect(colors.get("m/d")).toBe("var(--accent)");
    expect(colors.get("m/c")).toContain("var(--warn)");
  });
});

describe("the Pareto frontier", () => {
  const points = (list: [number, number][]) => list.map(([x, y], i) => ({ ref: `${i}`, x, y }) as ParetoPoint);
  it("has the points that no other beats", () => {
    const all = points([
      [8, 0.3],
      [8, 0.25],
      [16, 0.2],
      [20, 0.22],
      [32, 0.1],
      [64, 0.1],
    ]);
    expect(paretoFrontier(all, "least").map(({ ref }) => ref)).toEqual(["1", "2", "4"]);
    const naive = all.filter((p) => !all.some((q) => q !== p && q.x <= p.x && q.y <= p.y && (q.x < p.x || q.y < p.y)));
    expect(new Set(paretoFrontier(all, "least"))).toEqual(new Set(naive));
    expect(
      paretoFrontier(
        points([
          [8, 0.5],
          [4, 0.6],
          [2, 0.1],
        ]),
        "most",
      ).map(({ ref }) => ref),
    ).toEqual(["2", "1"]);
  });
});
