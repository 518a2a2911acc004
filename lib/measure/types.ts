/** What a measure run answers: names of the parts that it measured, and why others were left out. */
export interface MeasureResult {
  saeId: string;
  measured: string[];
  leftOut: { part: string; reason: string }[];
}
