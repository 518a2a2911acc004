import { describe, expect, it } from "vitest";
import { featureNamed } from "./format";

describe("featureNamed", () => {
  it("reads a number, a path, and links here and to Neuronpedia", () => {
    const named = (text: string) => featureNamed(text, "m/s");
    expect(named("4121")).toBe("m/s/4121");
    expect(named(" #0 ")).toBe("m/s/0");
    expect(named("6-res-8k/88")).toBe("m/6-res-8k/88");
    expect(named("other/6-res-8k/88")).toBe("other/6-res-8k/88");
    expect(named("http://localhost:3000/m/s/88?sort=-max#numbers")).toBe("m/s/88");
    expect(named("https://www.neuronpedia.org/gemma-2-2b/20-gemmascope-res-16k/4121")).toBe(
      "gemma-2-2b/20-gemmascope-res-16k/4121",
    );
  });
  it("takes words and half a path for what they are", () => {
    for (const text of ["", "red", "12 dogs", "007", "a/b", "m/s/x", "a/b/c/1", "https://localhost/", "../1"])
      expect(featureNamed(text, "m/s")).toBeNull();
  });
});
