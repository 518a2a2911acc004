/**
 * Measures how well Node repeats PyTorch on the built-in model:
 *   tsx --conditions=react-server tests/parity/run.ts [model folder] [golden folder]
 * Prints identical greedy answers, each that differs, and the worst hidden-state error; fails under 99 % or over 1e-4.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openLanguageModel } from "@/lib/model/open";
import { compareAnswers, compareHidden, readAnswers } from "./golden";

const [folder = "models/tiny-llava-emoji", data = "tests/golden/tiny-llava-emoji"] = process.argv.slice(2);
const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
const model = await openLanguageModel(folder);
const goldens = await readAnswers(data, config.vision_config.image_size);
const { errors, newTokens } = await compareHidden(model, goldens, data);
const worst = errors.reduce((a, b) => (b.error > a.error ? b : a));
const results = await compareAnswers(model, goldens, config.text_config.eos_token_id, newTokens);
const same = results.filter(({ equal }) => equal).length;
for (const { golden, text, equal } of results) {
  if (!equal) console.log(`differs: ${golden.question} PyTorch "${golden.answer.trim()}" Node "${text.trim()}"`);
}
console.log(`greedy answers identical: ${same} of ${results.length} (${((100 * same) / results.length).toFixed(1)} %)`);
console.log(
  `hidden states: ${errors.length} compared, worst relative error ${worst.error.toExponential(1)} at ${worst.site}`,
);
await model.dispose();
process.exitCode = same >= 0.99 * results.length && worst.error <= 1e-4 ? 0 : 1;
