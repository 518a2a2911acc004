import { quoted } from "@/lib/features/format";
import type { Versions } from "./types";

/** Citations; browser safe. */

/** Versions as the parameter `at` spells them: `9f31c2aa.77b0e4d1`; null before there is evidence. */
export function printVersions({ sae, evidence }: { sae: string; evidence: string | null }): string | null {
  return evidence ? `${sae.slice(0, 8)}.${evidence.slice(0, 8)}` : null;
}

/** The parameter `at` as versions; null when it is not one. */
export function parseVersions(at: string): Versions | null {
  const [, sae, evidence] = /^([0-9a-f]{8})\.([0-9a-f]{8})$/.exec(at) ?? [];
  return sae && evidence ? { sae, evidence } : null;
}

export interface Cited {
  /** What the feature is called; null without a label. */
  label: string | null;
  model: string;
  sae: string;
  index: number;
  /** As `printVersions` spells them. */
  at: string | null;
  /** Where the server is: `https://example.org`. */
  origin: string;
  /** Day on which it was looked at, ISO: `2026-11-25`. */
  day: string;
}

/** The address that shows this evidence or says that it is gone. */
export function permalink({ origin, model, sae, index, at }: Omit<Cited, "label" | "day">): string {
  return `${origin}/${model}/${sae}/${index}${at ? `?at=${at}` : ""}`;
}

/** One sentence for a list of references. */
export function citeText(cited: Cited): string {
  const { label, model, sae, index, at, day } = cited;
  const name = label ? `${quoted(label)}, feature` : "Feature";
  const versions = at ? `, versions ${at} (SAE, evidence)` : "";
  return `${name} ${index} of the sparse autoencoder ${sae} on ${model}${versions}. Fovea. ${permalink(cited)} (accessed ${day}).`;
}

/** The same for BibTeX. */
export function citeBibtex(cited: Cited): string {
  const { label, model, sae, index, at, day } = cited;
  const title = `${label ? `${label}: feature` : "Feature"} ${index} of ${model}/${sae}`;
  const fields: [string, string][] = [
    ["title", `{${escapeTex(title)}}`],
    ["howpublished", `\\url{${permalink(cited)}}`],
    ["year", day.slice(0, 4)],
    ["note", escapeTex([at ? `SAE and evidence ${at}` : "", `accessed ${day}`].filter(Boolean).join("; "))],
  ];
  const key = `fovea-${sae}-${index}`.replaceAll(/[^\w-]/g, "-");
  return `@misc{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}},`).join("\n")}\n}`;
}

const TEX: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

function escapeTex(text: string): string {
  return text.replaceAll(/[\\~^]|[&%$#_{}]/g, (c) => TEX[c] ?? `\\${c}`);
}
