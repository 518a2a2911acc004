import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openSafetensors } from "@/lib/formats/safetensors";
import type { RgbImage } from "@/lib/media/image";
import type { TapInput, VisionLanguageModel } from "@/lib/model/types";

/** One line of answers.jsonl, written by recipe/golden.py from PyTorch. */
export interface GoldenAnswer {
  scene: number | null;
  question: string;
  ids: number[];
  answer: string;
  input: TapInput;
}

/** Questions with PyTorch's greedy answers. `side` is the width and height of the records of scenes.bin. */
export async function readAnswers(folder: string, side: number): Promise<GoldenAnswer[]> {
  const [scenes, lines] = await Promise.all([
    readFile(join(folder, "scenes.bin")),
    readFile(join(folder, "answers.jsonl"), "utf8"),
  ]);
  const size = side * side * 3;
  const images = new Map<number, RgbImage>();
  const imageOf = (scene: number): RgbImage => {
    const image = images.get(scene) ?? {
      width: side,
      height: side,
      data: new Uint8Array(scenes.subarray(scene * size, (scene + 1) * size)),
    };
    images.set(scene, image);
    return image;
  };
  return lines
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const entry = JSON.parse(line) as Omit<GoldenAnswer, "input">;
      const message = { role: "user" as const, content: entry.question };
      const input: TapInput =
        entry.scene === null
          ? { messages: [message] }
          : { image: imageOf(entry.scene), messages: [{ ...message, image: true }] };
      return { ...entry, input };
    });
}

/** Node's greedy answers beside PyTorch's; equal means the same tokens up to the end token, which Node leaves out. */
export async function compareAnswers(
  model: VisionLanguageModel,
  goldens: readonly GoldenAnswer[],
  endToken: number,
  newTokens: number,
) {
  const answers = await model.generateBatch(
    goldens.map(({ input }) => input),
    { maxTokens: newTokens },
  );
  return goldens.map((golden, i) => {
    const { ids, text } = answers[i]!;
    const want = golden.ids.at(-1) === endToken ? golden.ids.slice(0, -1) : golden.ids;
    return { golden, text, equal: ids.length === want.length && ids.every((id, at) => id === want[at]) };
  });
}

/** Largest error relative to the largest value, at every site of hidden.safetensors. */
export async function compareHidden(model: VisionLanguageModel, goldens: readonly GoldenAnswer[], folder: string) {
  const file = await openSafetensors(join(folder, "hidden.safetensors"));
  const stride = Number(file.metadata.stride);
  const errors: { site: string; kind: string; error: number }[] = [];
  for (const name of file.tensors.keys()) {
    const dot = name.indexOf(".");
    const [kind, site] = [name.slice(0, dot), name.slice(dot + 1)];
    const golden = goldens.find(({ scene }) => (scene === null) === (kind === "text"));
    if (!golden) continue;
    const [tap] = await model.tap([golden.input], site);
    const want = await file.readFloat32(name);
    const { data, cols } = tap!.acts;
    let worst = 0;
    let scale = 0;
    for (let i = 0; i < want.length; i++) {
      const got = data[Math.floor(i / cols) * stride * cols + (i % cols)] as number;
      worst = Math.max(worst, Math.abs(got - (want[i] as number)));
      scale = Math.max(scale, Math.abs(want[i] as number));
    }
    errors.push({ site, kind, error: worst / scale });
  }
  const newTokens = Number(file.metadata.new_tokens);
  await file.close();
  return { errors, newTokens };
}
