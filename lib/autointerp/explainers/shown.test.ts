import { describe, expect, it } from "vitest";
import type { EvidenceRow } from "@/lib/autointerp/data";
import { createRng } from "@/lib/core/rng";
import { pendingFeature } from "@/tests/helpers/evidence-rows";
import { CONTRAST_BAND, EXPLAIN_BANDS, partPool } from "./shown";

const feature = pendingFeature();

/** Rows as collecting writes them: the pool is a matter of the sample, and a sample may be in several bands. */
function rowsOf(seed: number): EvidenceRow[] {
  const rng = createRng(seed, "pool");
  const samples = 4 + rng.int(40);
  return Array.from({ length: rng.int(80) }, (_, rank) => {
    const sampleId = rng.int(samples);
    const silent = sampleId % 5 === 4;
    const tokens = rng.chance(0.3) ? ["a", " dog"] : [];
    return {
      ...{ saeId: "s", index: rng.chance(0.9) ? 3 : 4, band: silent ? CONTRAST_BAND : rng.pick(EXPLAIN_BANDS), rank },
      ...{ sampleId, pool: createRng(1, "half", sampleId).chance(0.5) ? "explain" : "score", peakAt: 0, mean: 1 },
      ...{ peak: silent ? 0 : rng.range(0.1, 9), area: 0.1, grid: new Uint8Array(2), scale: 1, tokens, offset: 0 },
      ...{ why: silent ? rng.pick(["alike", "almost"]) : null, nearDuplicates: 0, resembles: null },
    };
  });
}
const keyOf = (row: EvidenceRow) => `${row.sampleId}/${row.tokens.length > 0}`;

describe("partPool", () => {
  it("puts no sample into two of shown, checks, silent checks and the score pool, and loses none", () => {
    for (let seed = 0; seed < 200; seed++) {
      const rows = rowsOf(seed);
      const wants = { images: 99, texts: 99, contrasts: 99, textChecks: true, silentChecks: true };
      const parted = partPool(feature, rows, wants);
      const { images, texts, checks, textChecks, contrasts, silentChecks } = parted;
      const parts = [images, texts, checks, textChecks, contrasts, silentChecks];
      const keys = parts.flat().map(keyOf);
      expect(new Set(keys).size).toBe(keys.length);
      const own = rows.filter((r) => r.index === 3);
      const scored = new Set(own.filter((r) => r.pool === "score").map((r) => r.sampleId));
      expect(parts.flat().filter((r) => scored.has(r.sampleId))).toEqual([]);
      expect(new Set(keys)).toEqual(new Set(own.filter((r) => r.pool === "explain").map(keyOf)));
      expect([...contrasts, ...silentChecks].every((r) => r.band === CONTRAST_BAND)).toBe(true);
      expect([...images, ...texts, ...checks, ...textChecks].some((r) => r.band === CONTRAST_BAND)).toBe(false);
    }
  });

  it("keeps back two near misses of three and half of more, none of fewer, and none from those who check nothing", () => {
    for (let seed = 0; seed < 50; seed++) {
      const rows = rowsOf(seed);
      const wants = { images: 99, texts: 99, contrasts: 99 };
      const checking = partPool(feature, rows, { ...wants, silentChecks: true });
      for (const text of [false, true]) {
        const [shown, kept] = [checking.contrasts, checking.silentChecks].map(
          (list) => list.filter((r) => r.tokens.length > 0 === text).length,
        ) as [number, number];
        expect(kept).toBe(shown + kept < 3 ? 0 : Math.ceil((shown + kept) / 2));
      }
      const plain = partPool(feature, rows, wants);
      expect(plain.silentChecks).toEqual([]);
      expect(plain.textChecks).toEqual([]);
      expect(new Set(plain.contrasts)).toEqual(new Set([...checking.contrasts, ...checking.silentChecks]));
    }
  });
});
