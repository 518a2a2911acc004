import "server-only";
import { resolve } from "node:path";
import * as ort from "onnxruntime-node";
import { AppError } from "@/lib/core/errors";
import { floatToHalfInto, halfToFloatInto } from "@/lib/formats/half";

export type Dtype = "float32" | "int32" | "int64" | "bool" | "float16" | "uint8";

export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array;

/** A dense tensor, row-major. float16 data are raw bits in a Uint16Array, bool data a Uint8Array of 0 and 1. */
export interface Tensor {
  dtype: Dtype;
  dims: readonly number[];
  data: TensorData;
}

export interface SessionOptions {
  /** Threads for one operator; 0 or absent: as many as ONNX Runtime thinks right for the machine. */
  threads?: number;
  /** Names the graph in errors. */
  label?: string;
  /** Folder of the side files of a graph that is given as bytes. */
  sideFiles?: string;
}

/** A loaded graph. Runs may overlap; dispose when none is under way. */
export interface Session {
  inputs: readonly string[];
  outputs: readonly string[];
  /**
   * Runs the graph. Feeds that the graph does not have are left out, so one set of feeds serves pruned graphs too; feeds of
   * another number type than the graph declares are converted.
   * @param outputs names to return, all by default. Data of the result belong to the caller.
   * @throws AppError MODEL_UNREADABLE naming a missing input, or ONNX Runtime's reason for refusing the shapes.
   */
  run(feeds: Readonly<Record<string, Tensor>>, outputs?: readonly string[]): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

/**
 * Loads a graph from bytes or from a file (which may have external data beside it).
 * @throws AppError MODEL_UNREADABLE when ONNX Runtime refuses it.
 */
export async function openSession(source: Uint8Array | string, options: SessionOptions = {}): Promise<Session> {
  const label = options.label ?? (typeof source === "string" ? source : "The graph");
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: ["cpu"],
    intraOpNumThreads: options.threads ?? 0,
    interOpNumThreads: 1,
    // Warnings about initialisers that constant folding left unused say nothing that a user could act on.
    logSeverityLevel: 3,
    ...(options.sideFiles === undefined
      ? {}
      : { extra: { session: { model_external_initializers_file_folder_path: resolve(options.sideFiles) } } }),
  };
  let session: ort.InferenceSession;
  try {
    session =
      typeof source === "string"
        ? await ort.InferenceSession.create(source, settings)
        : await ort.InferenceSession.create(source, settings);
  } catch (cause) {
    throw failure(cause, `ONNX Runtime cannot load ${label}`);
  }
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: (feeds, outputs) => run(session, label, feeds, outputs),
    dispose: () => session.release(),
  };
}

async function run(
  session: ort.InferenceSession,
  label: string,
  feeds: Readonly<Record<string, Tensor>>,
  outputs: readonly string[] | undefined,
): Promise<Record<string, Tensor>> {
  const given: Record<string, ort.Tensor> = {};
  for (const declared of session.inputMetadata) {
    const feed = feeds[declared.name];
    if (!feed) {
      throw new AppError("MODEL_UNREADABLE", `${label} wants an input "${declared.name}" that Fovea does not know.`);
    }
    const { dtype, data, dims } = declared.isTensor ? converted(feed, declared.type as Dtype) : feed;
    given[declared.name] = new ort.Tensor(dtype, data as Float32Array, dims);
  }
  let results: ort.InferenceSession.OnnxValueMapType;
  try {
    results = await (outputs ? session.run(given, outputs) : session.run(given));
  } catch (cause) {
    throw failure(cause, `ONNX Runtime stopped in ${label}`);
  }
  return Object.fromEntries(
    Object.entries(results as Record<string, ort.Tensor>).map(([name, value]) => [
      name,
      { dtype: value.type as Dtype, dims: value.dims, data: value.data as TensorData },
    ]),
  );
}

/** The same numbers in another type. Kinds that no graph here asks for are left to the runtime to refuse. */
function converted(tensor: Tensor, to: Dtype): Tensor {
  const { dtype: from, data, dims } = tensor;
  if (from === to) return tensor;
  if (from === "float32" && to === "float16") {
    const half = new Uint16Array(data.length);
    floatToHalfInto(half, data as Float32Array);
    return { dtype: to, dims, data: half };
  }
  if (from === "float16" && to === "float32") return { dtype: to, dims, data: floatsOf(tensor) };
  if (from === "bool" && to === "int64") return int64Tensor(data as Uint8Array, dims);
  if (from === "int64" && to === "int32")
    return { dtype: to, dims, data: Int32Array.from(data as BigInt64Array, Number) };
  if (from === "int64" && to === "bool")
    return { dtype: to, dims, data: Uint8Array.from(data as BigInt64Array, Number) };
  return tensor;
}

/** Values of a float32 or float16 tensor as float32; not copied when they are float32 already. */
export function floatsOf({ dtype, data }: Tensor): Float32Array {
  if (dtype !== "float16") return data as Float32Array;
  const out = new Float32Array(data.length);
  halfToFloatInto(out, data as Uint16Array);
  return out;
}

function failure(cause: unknown, what: string): AppError {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (/bad_?alloc|out of memory|failed to allocate|allocation failed/i.test(said)) {
    const advice = "take a smaller precision of the model (q4, int8), a shorter input, or a machine with more";
    return new AppError("NO_MEMORY", `${what}: the memory does not suffice; ${advice}.`, { cause });
  }
  const reason = said.replace(/\s+/g, " ").replace(/\.$/, "").slice(0, 400);
  return new AppError("MODEL_UNREADABLE", `${what}: ${reason}.`, { cause });
}

/** A float32 tensor over `data` (not copied). */
export function floatTensor(data: Float32Array, dims: readonly number[]): Tensor {
  return { dtype: "float32", data, dims };
}

/** An int64 tensor of whole numbers. */
export function int64Tensor(values: ArrayLike<number>, dims: readonly number[]): Tensor {
  const data = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i] as number);
  return { dtype: "int64", data, dims };
}
