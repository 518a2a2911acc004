import { expect, it } from "vitest";
import { checkFile } from "./check-structure";

it("accepts an ordinary file and names what is wrong with others", () => {
  expect(checkFile("lib/sae/encode.ts", "// never process.env here\nexport const x = 1;\n")).toEqual([]);
  expect(checkFile("lib/sae/utils.ts", "")).toHaveLength(1);
  expect(checkFile("lib/sae/topK.ts", "")).toHaveLength(1);
  expect(checkFile("lib/sae/big.ts", "\n".repeat(500))).toHaveLength(1);
  expect(checkFile("lib/sae/a.ts", `const seed = ${"Math"}.random(); console.log(${"process"}.env.X);`)).toHaveLength(
    3,
  );
  expect(checkFile("tests/db/a.test.ts", `${"process"}.env.X = "1";`)).toEqual([]);
});
