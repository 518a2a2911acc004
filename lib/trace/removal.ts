import { addDelta, eachRow } from "@/lib/model/edits";
import type { SiteEdit } from "@/lib/model/types";
import { directionOf, type Sae } from "@/lib/sae/sae";
import { type Matrix, row } from "@/lib/tensor/matrix";
import type { Atom } from "@/lib/trace/attribution";

type Removed = Pick<Atom, "position" | "feature" | "z">;

/** Takes the contributions of some features at some tokens of the prompt out of the hidden states: h - z d, for each. */
export function removeAtoms(site: string, sae: Sae, atoms: readonly Removed[]): SiteEdit {
  const byPosition = new Map<number, Removed[]>();
  for (const atom of atoms) byPosition.set(atom.position, [...(byPosition.get(atom.position) ?? []), atom]);
  return {
    site,
    apply: (hidden, places) =>
      eachRow(hidden, places, (h, { position }) => {
        for (const { feature, z } of byPosition.get(position) ?? []) {
          const direction = directionOf(sae, feature);
          for (let i = 0; i < h.length; i++) h[i]! -= z * direction[i]!;
        }
      }),
  };
}

/** Takes rows [tokens, d] out of the prompt's hidden states. */
export function removeRows(site: string, rows: Matrix): SiteEdit {
  return {
    site,
    apply: (hidden, places) =>
      eachRow(hidden, places, (h, { position }) => {
        if (position >= rows.rows) return;
        const gone = row(rows, position);
        for (let i = 0; i < h.length; i++) h[i]! -= gone[i]!;
      }),
  };
}

/** Adds a feature's direction to every token of the prompt. */
export function addEverywhere(site: string, sae: Sae, feature: number, amount: number): SiteEdit {
  const direction = directionOf(sae, feature);
  return addDelta(
    site,
    direction.map((value) => amount * value),
    ({ span }) => span !== "answer",
  );
}
