import { describe, expect, it } from "vitest";
import type { ReportProgress } from "../../lib/model/hub/file";
import { showDownload } from "./show-download";

/** What a download of two files writes; every report comes 60 ms after the one before. */
function written(isTTY: boolean): string[] {
  const out: string[] = [];
  let time = 0;
  const report: ReportProgress = showDownload({ isTTY, columns: 40, write: (text) => out.push(text) }, () => time);
  const tell: ReportProgress = (progress) => {
    report(progress);
    time += 60;
  };
  tell({ doing: "listing", path: "a/b on https://hub", done: 0, size: 0 });
  tell({ doing: "downloading", path: "config.json", done: 900, size: 900 });
  tell({ doing: "done", path: "config.json", done: 900, size: 900 });
  const big = { path: "onnx/decoder_model_merged.onnx", size: 1_200_000_000 };
  for (let done = 0; done <= big.size; done += 30_000_000) tell({ doing: "downloading", done, ...big });
  tell({ doing: "checking", done: big.size / 2, ...big });
  tell({ doing: "done", done: big.size, ...big });
  return out;
}

describe("showDownload", () => {
  it("rewrites one line a file on a terminal, ten times a second at most, never so long that it wraps", () => {
    const out = written(true);
    expect(out.filter((text) => text.endsWith("\n"))).toHaveLength(3);
    expect(out.length).toBeLessThan(30);
    const lines = out.map((text) => text.replace("\r", "").replace("\u001b[K", "").trimEnd());
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40);
    expect(lines[2]).toBe("0.9 kB  config.json");
    expect(out.at(-1)).toContain("1,200 MB  onnx/decoder_model_merged.on");
  });

  it("writes a few plain lines elsewhere: a quarter of a large file each, small files not at all", () => {
    expect(written(false)).toEqual([
      "a/b on https://hub\n",
      "0 %  0 of 1,200 MB  onnx/decoder_model_merged.onnx\n",
      "25 %  300 of 1,200 MB  onnx/decoder_model_merged.onnx\n",
      "50 %  600 of 1,200 MB  onnx/decoder_model_merged.onnx\n",
      "75 %  900 of 1,200 MB  onnx/decoder_model_merged.onnx\n",
      "100 %  1,200 of 1,200 MB  onnx/decoder_model_merged.onnx\n",
      "checking 50 %  600 of 1,200 MB  onnx/decoder_model_merged.onnx\n",
      "1,200 MB  onnx/decoder_model_merged.onnx\n",
    ]);
  });
});
