import { basename } from "node:path";
import { AppError, isAppError } from "@/lib/core/errors";
import { openSafetensors } from "@/lib/formats/safetensors";
import { rowMajor, type StoredMatrix } from "@/lib/formats/stored-matrix";
import { isTensor, openTorch, type TorchFile, type TorchMap, type TorchTensor } from "@/lib/formats/torch-zip";

export const unreadable = (message: string, cause?: unknown) => new AppError("SAE_UNREADABLE", message, { cause });

/** Named tensors of one file, whatever its container. Every failure is SAE_UNREADABLE and names file and tensor. */
export interface TensorFile {
  label: string;
  names: string[];
  has(name: string): boolean;
  shape(name: string): number[];
  /** A float matrix as it is stored, or a vector as one row; nothing is read yet. */
  matrix(name: string): StoredMatrix;
  /** All values of a float tensor. */
  floats(name: string): Promise<Float32Array>;
  /** All values of a short integer tensor. */
  integers(name: string): Promise<number[]>;
  close(): Promise<void>;
}

const WEIGHTS = new Set(["F64", "F32", "F16", "BF16"]);

export async function openTensors(path: string): Promise<TensorFile> {
  const file = await opened(path, openSafetensors(path));
  const need = (name: string) => {
    if (!file.tensors.has(name)) throw missing(file.label, name, [...file.tensors.keys()]);
    return file.info(name);
  };
  const weights = (name: string) => {
    const info = need(name);
    if (!WEIGHTS.has(info.dtype)) throw unreadable(`${name}: dtype ${info.dtype} is not supported`);
    return info;
  };
  return {
    label: file.label,
    names: [...file.tensors.keys()],
    has: (name) => file.tensors.has(name),
    shape: (name) => need(name).shape,
    matrix(name) {
      const { shape } = weights(name);
      const [rows, cols] = shape.length === 2 ? shape : [1, shape[0] ?? 1];
      return rowMajor(name, rows!, cols!, (out, from) => file.readFloat32Into(name, out, from));
    },
    floats: async (name) => file.readFloat32(weights(name).name),
    integers: async (name) => [...(await file.readIntegers(need(name).name))],
    close: () => file.close(),
  };
}

/** A torch file, whose dictionary of tensors may be one of its values. */
export async function openTorchFile(path: string): Promise<TorchFile> {
  return opened(path, openTorch(path));
}

/** The tensors of a state dict. */
export function stateTensors(file: TorchFile, state: TorchMap): TensorFile {
  const tensors = new Map<string, TorchTensor>();
  for (const [name, value] of state) if (typeof name === "string" && isTensor(value)) tensors.set(name, value);
  const need = (name: string) => {
    const tensor = tensors.get(name);
    if (!tensor) throw missing(file.label, name, [...tensors.keys()]);
    return tensor;
  };
  const weights = (name: string) => {
    const tensor = need(name);
    if (!WEIGHTS.has(tensor.dtype)) throw unreadable(`${name}: dtype ${tensor.dtype} is not supported`);
    return tensor;
  };
  return {
    label: file.label,
    names: [...tensors.keys()],
    has: (name) => tensors.has(name),
    shape: (name) => need(name).shape,
    matrix: (name) => file.matrix(weights(name), name),
    floats: async (name) => file.readFloat32(weights(name), name),
    integers: async (name) => file.readIntegers(need(name), name),
    close: () => file.close(),
  };
}

export function checkNames(file: TensorFile, names: readonly string[]): void {
  for (const name of names) if (!file.has(name)) throw missing(file.label, name, file.names);
}

/** @param asked who says what the shapes must be, e.g. "cfg.json" @param why in words, e.g. "d_in 16, 64 latents" */
export function checkShapes(
  file: TensorFile,
  shapes: Readonly<Record<string, readonly number[]>>,
  { asked, why }: { asked: string; why: string },
): void {
  for (const [name, shape] of Object.entries(shapes)) {
    const found = file.shape(name);
    if (found.join() === shape.join()) continue;
    throw unreadable(`${name} is [${found.join(",")}] but ${asked} asks for [${shape.join(",")}] (${why})`);
  }
}

const missing = (label: string, name: string, found: readonly string[]) =>
  unreadable(`${label}: missing "${name}"; found ${found.join(", ") || "no tensors"}`);

/** What comes of opening a container; its failures become SAE_UNREADABLE. */
export async function opened<T>(path: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (cause) {
    if (isAppError(cause)) throw unreadable(cause.message, cause);
    throw unreadable(`${basename(path)} cannot be opened: ${(cause as Error).message}`, cause);
  }
}
