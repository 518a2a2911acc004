/** What is needed of a feature to share it. */
export interface Shared {
  ref: string;
  model: string;
  sae: string;
  index: number;
  label: string | null;
  versions: { sae: string; evidence: string | null };
  aRef: number;
  /** It is explained, so that people can be tested on the explanation. */
  blind: boolean;
}
