import { formatScore, quoted } from "@/lib/features/format";
import type { FeatureRow } from "@/lib/features/list/schema";
import { searchFeatures } from "@/lib/search/data";
import { searchQuery } from "@/lib/search/schema";
import { imageOf, listed, listHref, NO_ARTEFACTS, whole } from "./pick";
import { called, notYet, type Stage, type Told } from "./told";

const WANTED = "fries";

/** A thing is looked up by its name, and its feature is looked through: other styles, near misses. */
export async function tellFries(stage: Stage): Promise<Told> {
  const found = await search(stage, WANTED);
  const objects = await listed(stage, { kind: "object", modality: "image", flags: NO_ARTEFACTS });
  const named = found.items.find((row) => row.label?.toLowerCase().includes(WANTED) && row.imageShare > 0.5);
  const hit = named ?? objects.rows[0];
  if (!hit?.label) return notYet("No feature of a thing is explained yet.");
  const [label, words] = [hit.label, named ? WANTED : hit.label];
  const total = named ? found.total : (await search(stage, words)).total;
  const { twin, scores } = await whole(hit);
  const unseen = twin?.find(({ facet }) => facet === "drawing");
  const misses = (await imageOf(hit, "miss")) !== null;
  const detection = scores.detection?.value ?? hit.scores.detection;
  return {
    strip: hit.strip,
    steps: [
      {
        title: named ? "Find the fries" : `Find ${quoted(label)}`,
        words: `${named ? "" : `No feature is named after ${WANTED} here, so take another thing. `}Search looks through what the model said of its own features: ${total} answer, and ${called(hit)} is among them. Each tells why it was found.`,
        href: `/search?q=${encodeURIComponent(words)}&in=${stage.sae.ref}`,
      },
      {
        title: "Look under the light",
        words: `The pictures that fire ${called(hit)} most, with the patches that do it left bright. Move on and off a picture, or press o for another overlay: is the same thing lit in each of them?`,
        href: `/${hit.ref}`,
      },
      {
        title: "The thing, not the drawing",
        words: `Each picture is cut to its strongest region. ${unseen && unseen.n > 0 ? `It also fires on ${unseen.n} samples in a style that the model never saw while it learned: further down, “In pictures and in words” shows them.` : "Several artists drew it: what stays the same is what the feature means."}`,
        href: `/${hit.ref}?overlay=crop`,
      },
      {
        title: misses ? "Where it is silent" : "Weaker and weaker",
        words: `${misses ? "On the right, pictures that look alike and leave it silent." : "The lower stops of the shaft show where it only just fires."} A name is true if it holds here too${detection === null || detection === undefined ? "." : `: told from the name alone which pictures fire it, the model is right with a balanced accuracy of ${formatScore(detection)}; 0.5 is chance.`}`,
        href: `/${hit.ref}?band=${misses ? "miss" : "b1"}`,
      },
      {
        title: "Not one lucky find",
        words: `${objects.total} features of this SAE are explained as things, best told first. Any of them can be walked through in the same way.`,
        href: listHref(stage, { kind: "object", modality: "image", status: "explained", sort: "-detection" }),
      },
    ],
  };
}

async function search({ sae }: Stage, q: string): Promise<{ items: FeatureRow[]; total: number }> {
  return searchFeatures(searchQuery.parse({ q, in: sae.ref, mode: "text" }));
}
