import { stat, statfs } from "node:fs/promises";
import { join, resolve } from "node:path";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { readConfig } from "@/lib/model/config";
import type { Precision } from "@/lib/model/files";
import { type HubFile, listRepository, openFile } from "@/lib/model/hub/api";
import { beginCopy, endCopy, findCopy, type HubCopy } from "@/lib/model/hub/copy";
import { fetchFile, type ReportProgress } from "@/lib/model/hub/file";
import { type HubId, hubIdText, parseHubId } from "@/lib/model/hub/id";
import { describingFiles, expectOnnx, neededParts } from "@/lib/model/hub/parts";

export interface HubOptions {
  /** Of the ONNX files to download; of each part the best that is there by default. A folder is taken as it is. */
  precision?: Precision | undefined;
  report?: ReportProgress | undefined;
}

/**
 * The folder of a model: the one given, or that of a hub id (`owner/name`, `owner/name@revision`), which is downloaded
 * under FOVEA_HOME/models unless a whole copy lies there. A folder wins over an id of the same name; `hf:` before the id
 * says that it is one. A copy stays at the commit it was made of: give a revision, or delete the folder, for another.
 * @throws AppError INVALID_INPUT (neither folder nor id, or not that precision), NOT_FOUND, HUB_REFUSED, MODEL_UNREADABLE
 * (no ONNX files, or a kind of model that Fovea does not open), DOWNLOAD_FAILED.
 */
export async function modelFolder(given: string, options: HubOptions = {}): Promise<string> {
  const forced = given.startsWith("hf:");
  if (!forced && (await isFolder(given))) return resolve(given);
  const id = parseHubId(forced ? given.slice(3) : given);
  if (!id) {
    const what = forced ? `"${given.slice(3)}" is no model's id` : `There is no folder ${resolve(given)}`;
    throw new AppError(
      "INVALID_INPUT",
      `${what}: give a folder that holds a model, or a model's id on the hub, such as onnx-community/Qwen2-VL-2B-Instruct.`,
    );
  }
  const copy = await findCopy(id, options.precision);
  if (!copy.whole) await download(id, copy, options.report);
  return copy.folder;
}

/** Small files first: a model's graphs are the last to arrive, so that what was interrupted cannot be opened. */
async function download(id: HubId, copy: HubCopy, report: ReportProgress = () => {}): Promise<void> {
  const { folder, precision } = copy;
  report({ doing: "listing", path: `${hubIdText(id)} on ${env().HF_ENDPOINT}`, done: 0, size: 0 });
  const repository = await listRepository(id);
  expectOnnx(repository);
  await beginCopy(copy);
  const fetchAll = async (files: readonly HubFile[]) => {
    for (const file of files) {
      await fetchFile(file, join(folder, file.path), (from) => openFile(repository, file.path, from), report);
    }
  };
  const describing = describingFiles(repository);
  await fetchAll(describing);
  const parts = neededParts(repository, (await readConfig(folder)).kind, precision);
  await expectRoom(folder, parts);
  await fetchAll(parts);
  await endCopy(copy, repository, [...describing, ...parts]);
}

/** @throws AppError DOWNLOAD_FAILED when the disk has less room than the files still need. */
async function expectRoom(folder: string, files: readonly HubFile[]): Promise<void> {
  let missing = 0;
  for (const { path, size } of files) {
    const target = join(folder, path);
    missing += size - Math.min(size, (await bytesOf(target)) || (await bytesOf(`${target}.part`)));
  }
  const { bavail, bsize } = await statfs(folder);
  if (missing <= bavail * bsize) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new AppError(
    "DOWNLOAD_FAILED",
    `${folder} needs ${gigabytes(missing)} more, and the disk has ${gigabytes(bavail * bsize)}: make room, move FOVEA_HOME, or take a smaller precision.`,
  );
}

async function bytesOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
