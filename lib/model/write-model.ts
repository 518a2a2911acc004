import { constants, copyFile, link, mkdir, open, realpath, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { CHUNK } from "@/lib/model/weights";
import { encodeModel } from "@/lib/onnx/codec";
import { externalExtents, externalise } from "@/lib/onnx/external";
import type { ModelProto } from "@/lib/onnx/schema";

/**
 * Writes a model of any size: large values go into one side file, `<name>_data`, beside it.
 * @param from file that the model was read from, when it has side files: they come along.
 * @throws AppError MODEL_UNREADABLE when values of the model lie in another file and `from` is not given.
 */
export async function writeModel(model: ModelProto, path: string, from?: string): Promise<void> {
  const elsewhere = new Set(externalExtents(model, from ?? path).map(({ location }) => location));
  const [first] = elsewhere;
  if (first !== undefined && from === undefined) {
    throw new AppError("MODEL_UNREADABLE", `${first} holds values of the model: read them in before.`);
  }
  for (const location of elsewhere) await bring(join(dirname(from!), location), join(dirname(path), location));
  const { model: small, parts } = externalise(model, `${basename(path)}_data`);
  // What came along must not be written over: it may be the very file of the other model.
  const flag = from === undefined ? "w" : "wx";
  const side = await open(`${path}_data`, flag);
  try {
    for (const { offset, bytes } of parts) {
      for (let at = 0; at < bytes.length; ) {
        at += (await side.write(bytes, at, Math.min(CHUNK, bytes.length - at), offset + at)).bytesWritten;
      }
    }
  } finally {
    await side.close();
  }
  await writeFile(path, encodeModel(small), { flag });
}

/** A second name for a file, or a copy of it where there can be none. */
async function bring(file: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await link(await realpath(file), to).catch(() =>
    copyFile(file, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
  );
}
