import { describe, expect, it } from "vitest";
import { seriesOf } from "./curve-series";

const keys = (series: { key: string }[]) => series.map(({ key }) => key);

describe("series of a training log", () => {
  it("leaves out parts of the loss that are 0 or the whole of it", () => {
    const points = [1, 2].map((step) => ({
      step,
      rows: 10 * step,
      lr: 0.1,
      loss: 2,
      reconstruction: 2,
      aux: 0,
      fvu: 0.5,
      l0: 16,
      dead: 0,
    }));
    expect(keys(seriesOf(points).loss)).toEqual(["loss", "lr"]);
    expect(keys(seriesOf(points).quality)).toEqual(["fvu", "dead", "l0"]);
  });
  it("shows every part that there is, whatever the architecture calls it", () => {
    const points = [{ step: 1, loss: 3, reconstruction: 2, sparsity: 1, fvu: 0.5 }];
    expect(keys(seriesOf(points).loss)).toEqual(["loss", "reconstruction", "sparsity"]);
    expect(keys(seriesOf(points).quality)).toEqual(["fvu"]);
    expect(seriesOf([])).toEqual({ quality: [], loss: [] });
  });
});
