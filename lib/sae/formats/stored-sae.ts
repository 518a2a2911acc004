import { inMemory, type StoredMatrix } from "@/lib/formats/stored-matrix";
import type { Sae, SaeProvenance } from "@/lib/sae/sae";

/** An SAE in canonical form whose two matrices, [n, d], stay in the file until they are read. Close it when done. */
export interface StoredSae extends Omit<Sae, "W" | "D"> {
  W: StoredMatrix;
  D: StoredMatrix;
  close(): Promise<void>;
}

/** An SAE as a file has it, before anything is folded; matrices already in the order [n, d]. */
export interface RawSae {
  /** Names of the tensors as the file has them, for messages. */
  names: { beta: string; c: string; thresholds?: string; k?: string };
  d: number;
  n: number;
  W: StoredMatrix;
  D: StoredMatrix;
  beta: Float32Array; // [n]
  c: Float32Array; // [d]
  activation: "topk" | "jumprelu";
  /** Undefined where the file does not say how many latents are active. */
  k: number | undefined;
  theta: number; // -1: never set
  thresholds?: Float32Array | undefined; // [n]
  input?: "layer_norm" | undefined;
  /** False where c is added to the reconstruction only, and not subtracted from the input. */
  subtractsBias: boolean;
  /** The largest are chosen by pre-activation times decoder norm. */
  selectsByNorm?: boolean;
  /** Decoder norms stay as they are, whatever the activation: the layout this product works on. */
  keepsNorms?: boolean;
  /** Rows of W are to be multiplied by these, [n]. */
  encoderFactors?: Float64Array;
  /** Rows were divided by this before they were encoded, and reconstructions multiplied by it. */
  scale?: number;
  provenance: SaeProvenance;
  close(): Promise<void>;
}

/** Any SAE with its matrices as stored ones. */
export function stored(sae: Sae | StoredSae): Omit<StoredSae, "close"> {
  const { n, d, W, D } = sae;
  const of = (name: string, m: Float32Array | StoredMatrix) =>
    m instanceof Float32Array ? inMemory(name, m, n, d) : m;
  return { ...sae, W: of("W", W), D: of("D", D) };
}

/** What `provenance.extra` holds of an SAE that came from another format: its settings, word for word. */
export function foreignExtra(format: string, config: unknown): Record<string, unknown> {
  return { fovea: { source: { format, config } } };
}

/** The settings of the format that an SAE came from, if it is this one. */
export function sourceConfig({ extra }: SaeProvenance, format: string): Record<string, unknown> | undefined {
  const source = (extra.fovea as { source?: { format?: string; config?: Record<string, unknown> } } | undefined)
    ?.source;
  return source?.format === format ? source.config : undefined;
}

/** Whether k is only a guess, since the file that an SAE came from did not say it. */
export const guessedCount = ({ extra }: SaeProvenance) =>
  (extra.fovea as { k_guessed?: boolean } | undefined)?.k_guessed === true;

/** The same with that noted or no longer so. */
export function withGuess(provenance: SaeProvenance, guessed: boolean): SaeProvenance {
  const { k_guessed: _, ...fovea } = (provenance.extra.fovea ?? {}) as Record<string, unknown>;
  return {
    ...provenance,
    extra: { ...provenance.extra, fovea: { ...fovea, ...(guessed ? { k_guessed: true } : {}) } },
  };
}
