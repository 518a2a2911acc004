import { eachRow } from "@/lib/model/edits";
import type { Place, SiteEdit } from "@/lib/model/types";
import { encode } from "@/lib/sae/encode";
import { decode, type Sae } from "@/lib/sae/sae";
import { row } from "@/lib/tensor/matrix";

/** The control of every steering: hidden states become what the SAE makes of them, and nothing else is changed. */
export function reconstruct(site: string, sae: Sae, where: (place: Place) => boolean = () => true): SiteEdit {
  return {
    site,
    async apply(hidden, places) {
      const explained = decode(await encode(hidden, sae), sae);
      eachRow(hidden, places, (h, place, r) => {
        if (where(place)) h.set(row(explained, r));
      });
    },
  };
}
