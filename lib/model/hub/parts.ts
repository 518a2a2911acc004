import { AppError } from "@/lib/core/errors";
import type { ModelConfig } from "@/lib/model/config";
import { choosePart, PARTS, PRECISIONS, type Precision, partFile } from "@/lib/model/files";
import type { HubFile, Repository } from "@/lib/model/hub/api";

const FOLDER = "onnx/";
const TEXT =
  /^((config|generation_config|preprocessor_config|processor_config|special_tokens_map|added_tokens|chat_template|vocab|tokenizer[\w-]*)\.json|(vocab|merges)\.txt|chat_template\.jinja)$/;

/** The small files that describe a model: configuration, tokenizer, preprocessing, chat template. */
export function describingFiles(repository: Repository): HubFile[] {
  return repository.files.filter(({ path }) => TEXT.test(path));
}

/** @throws AppError MODEL_UNREADABLE that says what a repository has instead of ONNX files. */
export function expectOnnx({ id, files }: Repository): void {
  if (files.some(({ path }) => path.startsWith(FOLDER) && path.endsWith(".onnx"))) return;
  // The weights say most about what is there instead, and ONNX files in another place most of all.
  const isOnnx = ({ path }: HubFile) => Number(path.endsWith(".onnx"));
  const names = [...files].sort((a, b) => isOnnx(b) - isOnnx(a) || b.size - a.size).map(({ path }) => path);
  throw new AppError(
    "MODEL_UNREADABLE",
    `${id.name} has no ONNX files under onnx/ (it has ${some(names)}): Fovea needs an ONNX export in the layout of transformers.js, for instance from https://huggingface.co/onnx-community.`,
  );
}

/**
 * The ONNX files that a model of that kind needs, each part in the precision wanted or else the best there is, weights in
 * side files before the file that they belong to.
 * @throws AppError MODEL_UNREADABLE naming a part that is missing; INVALID_INPUT with the precisions of a part that lacks
 * the one wanted.
 */
export function neededParts({ id, files }: Repository, kind: ModelConfig["kind"], wanted?: Precision): HubFile[] {
  const present = new Map(
    files.filter(({ path }) => path.startsWith(FOLDER)).map((file) => [file.path.slice(FOLDER.length), file]),
  );
  const names = [...present.keys()].filter((name) => !/[/\\]/.test(name));
  const onnx = names.filter((name) => name.endsWith(".onnx"));
  const chosen = Object.entries(PARTS[kind]).flatMap(([role, parts]: [string, readonly string[]]) => {
    const file = choosePart(onnx, parts, wanted);
    if (file !== undefined) return [file];
    const part = parts.find((name) => PRECISIONS.some((p) => onnx.includes(partFile(name, p))));
    if (part !== undefined && wanted !== undefined) {
      const there = PRECISIONS.filter((p) => onnx.includes(partFile(part, p)));
      throw new AppError(
        "INVALID_INPUT",
        `${id.name} has no ${partFile(part, wanted)}; it has that part in ${there.join(", ")}: ask for one of these, or for none to get the best of each part.`,
      );
    }
    if (kind === "text" && role === "words") return [];
    throw new AppError(
      "MODEL_UNREADABLE",
      `${id.name} has no onnx/${parts[0]}.onnx in any precision (it has ${some(onnx)}): take another export of the model, in the layout of transformers.js.`,
    );
  });
  const sides = (file: string) => {
    // model.onnx_data, model.onnx_data_1, model.onnx.data, model.data: all of the stem, and no stem of another precision.
    const stem = file.replace(/onnx$/, "");
    return names.filter((name) => name.startsWith(stem) && !name.endsWith(".onnx")).sort();
  };
  return chosen.flatMap((file) => [...sides(file), file]).map((name) => present.get(name) as HubFile);
}

/** A few names, and how many more there are. */
function some(names: readonly string[]): string {
  const more = names.length > 6 ? ` and ${names.length - 6} more` : "";
  return `${names.slice(0, 6).join(", ") || "nothing"}${more}`;
}
