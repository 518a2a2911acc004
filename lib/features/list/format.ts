/** Words and defaults of feature lists; browser safe and free of zod. */
import { printQuery } from "@/lib/core/format";

/** Query parameters that narrow or order a list; a feature's page carries them, so that j and k follow the list. */
export const LIST_PARAMS = [
  "sort",
  "q",
  "density",
  "max",
  "mean",
  "detection",
  "localisation",
  "human",
  "disagreement",
  "imageShare",
  "crossModal",
  "nFiring",
  "kind",
  "status",
  "flags",
  "modality",
  "only",
] as const;

/** The part of a query that names a list, in canonical order: "sort=-detection&kind=object", or "". */
export function listQueryString(query: Record<string, string | undefined>): string {
  const kept = new URLSearchParams();
  for (const name of LIST_PARAMS) {
    const value = query[name];
    if (value && !(name === "modality" && value === "auto")) kept.set(name, value);
  }
  return printQuery(kept);
}

/** True of a list of what explainers disagree about: sorted or narrowed by it. */
export function asksDisagreement(query: Record<string, string | undefined>): boolean {
  return query.sort?.replace("-", "") === "disagreement" || Boolean(query.disagreement);
}

const SLUG = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * The feature that a text names: `4121`, `#4121`, `sae/4121`, `model/sae/4121`, or a link to its page here or on
 * Neuronpedia, whose addresses are made alike. Null when it names none.
 * @param saeRef `<model>/<sae>` that a short name is read in.
 */
export function featureNamed(text: string, saeRef: string): string | null {
  const path = text
    .trim()
    .replace(/^#(?=\d)/, "")
    .replace(/^https?:\/\/[^/]+/i, "")
    .replace(/[?#].*$/, "");
  const parts = path.split("/").filter(Boolean);
  if (parts[0] === "embed") parts.shift();
  const index = parts.pop();
  if (index === undefined || parts.length > 2 || !/^(0|[1-9]\d{0,8})$/.test(index)) return null;
  if (!parts.every((slug) => SLUG.test(slug))) return null;
  return [...saeRef.split("/").slice(0, 2 - parts.length), ...parts, index].join("/");
}

export const SORT_WORDS: Record<string, string> = {
  index: "number",
  "-detection": "detection, best first",
  "-density": "density, most frequent first",
  density: "density, rarest first",
  "-max": "maximum, strongest first",
  "-localisation": "localisation, best first",
  "-human": "blind test by people, best first",
  "-disagreement": "explainers disagree, most first",
  "-crossModal": "cross-modal, best first",
  "-imageShare": "image share, images first",
  imageShare: "image share, texts first",
  label: "label, A to Z",
};

export const STATUSES = [
  "explained",
  "pending",
  "declined",
  "unparsed",
  "failed",
  "skipped",
  "too_rare",
  "dead",
] as const;
