import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { AppError, isAppError } from "@/lib/core/errors";
import type { DatasetSource } from "@/lib/datasets/schema";
import type { Source, SourceItem } from "@/lib/datasets/source";
import { decodeImage } from "@/lib/media/image";

const IMAGE = /\.(png|jpe?g|webp|gif|avif|tiff?)$/i;

/** All images of a folder and its subfolders, by path. The folder names become tags; a .txt beside an image its caption. */
export async function openFolder(source: Extract<DatasetSource, { kind: "folder" }>): Promise<Source> {
  let names: string[];
  try {
    names = await readdir(source.path, { recursive: true });
  } catch (cause) {
    throw new AppError("INVALID_INPUT", `The folder ${source.path} cannot be read by the worker: check the path.`, {
      cause,
    });
  }
  const files = names.filter((name) => IMAGE.test(name)).sort();
  if (files.length === 0) {
    throw new AppError("INVALID_INPUT", `The folder ${source.path} holds no images (png, jpg, webp, gif, avif, tiff).`);
  }
  return {
    total: files.length,
    title: basename(source.path),
    licence: source.licence,
    origin: source.path,
    item: (ordinal) => fileItem(source.path, join(source.path, files[ordinal] as string)),
  };
}

async function fileItem(folder: string, path: string): Promise<SourceItem> {
  const name = relative(folder, path);
  try {
    const original = new Uint8Array(await readFile(path));
    const image = await decodeImage(original);
    const caption = await readFile(path.slice(0, -extname(path).length).concat(".txt"), "utf8").then(
      (text) => text.trim() || null,
      () => null,
    );
    const tags = dirname(name)
      .split(sep)
      .filter((part) => part !== ".");
    return {
      kind: "image",
      image,
      original,
      caption: caption ?? basename(name, extname(name)),
      tags,
      truth: null,
      mask: null,
    };
  } catch (error) {
    return { kind: "corrupt", name, reason: isAppError(error) ? error.message : "The file cannot be read." };
  }
}
