import { describe, expect, it } from "vitest";
import { db } from "@/lib/db/client";
import { copyInto, copyRows, inPgTransaction } from "@/lib/db/copy";

const exemplar = (rank: number) => ({
  saeId: "s1",
  index: 7,
  band: "top",
  rank,
  sampleId: rank,
  pool: "explain",
  peak: 1.5,
  peakAt: 3,
  mean: 0.25,
  area: 0.1,
  grid: Uint8Array.from([0, 1, 127, 255]),
  scale: 2,
  tokens: ['quote "', "back\\slash", "tab\tline\nend", "{braces, commas}", "", "日本語"],
  offset: 0,
  why: null,
  nearDuplicates: 0,
  resembles: null,
});

describe("copyInto", () => {
  it("writes bytes, arrays with awkward text and nulls exactly", async () => {
    expect(await copyRows("exemplars", [exemplar(1)])).toBe(1);
    const row = await db().exemplar.findFirstOrThrow({ where: { saeId: "s1" } });
    expect({ ...row, grid: [...row.grid] }).toEqual({ ...exemplar(1), grid: [0, 1, 127, 255] });
  });

  it("writes JSON, also arrays, and dates", async () => {
    const createdAt = new Date("2026-01-02T03:04:05.678Z");
    const tags = [{ "a\\b": 'x"y\n' }];
    await copyRows("datasets", [
      { id: "d1", slug: "d1", title: "T", licence: "MIT", source: "s", hash: "h", config: {}, tags, createdAt },
    ]);
    expect(await db().dataset.findUniqueOrThrow({ where: { id: "d1" } })).toMatchObject({
      tags,
      config: {},
      createdAt,
    });
  });

  it("streams many rows in one command and takes none without complaint", async () => {
    async function* rows() {
      for (let rank = 0; rank < 20_000; rank++) yield { ...exemplar(rank), saeId: "many" };
    }
    expect(await copyRows("exemplars", rows())).toBe(20_000);
    expect(await copyRows("exemplars", [])).toBe(0);
    expect(await db().exemplar.count({ where: { saeId: "many" } })).toBe(20_000);
  });

  it("writes nothing when a row fails, and says which column is unknown", async () => {
    const broken = inPgTransaction(async (client) => {
      await copyInto(client, "exemplars", [{ ...exemplar(1), saeId: "half" }]);
      throw new Error("stop");
    });
    await expect(broken).rejects.toThrow("stop");
    await expect(copyRows("exemplars", [{ saeId: "half", nonsense: 1 }])).rejects.toThrow("no column nonsense");
    await expect(copyRows("exemplars", [{ ...exemplar(1), saeId: "half" }, { saeId: "half" }])).rejects.toThrow(
      "the keys",
    );
    expect(await db().exemplar.count({ where: { saeId: "half" } })).toBe(0);
  });
});
