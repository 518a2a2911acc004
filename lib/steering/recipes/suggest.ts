import { listExemplars } from "@/lib/features/data";
import { findSae, listFeatures } from "@/lib/features/list/data";
import type { FeatureRow } from "@/lib/features/list/schema";
import { type BandId, exemplarsQuery } from "@/lib/features/schema";
import type { ModelCard } from "@/lib/saes/schema";
import { DESK_DEFAULTS, printDesk } from "../desk/format";
import type { Turned } from "../desk/types";
import type { RecipeCard } from "./types";

/** Rows that are looked through for features with different labels. */
const LOOK = 24;

/**
 * Three set-ups to start from, made of the features whose labels pass their test best: objects where there are any. Each
 * comes with a picture on which it shows. Fewer where the model has fewer; none without explained features.
 */
export async function suggestRecipes({ slug, saes }: Pick<ModelCard, "slug" | "saes">): Promise<RecipeCard[]> {
  const sae = [...saes].sort((a, b) => b.nExplained - a.nExplained || b.nLive - a.nLive)[0];
  if (!sae) return [];
  const [one, two, three] = await bestFeatures(slug, sae.slug);
  const recipes = [
    one && {
      title: `Turn up “${one.label}”`,
      does: "Adds twice its usual strength everywhere, on a picture that does not show it.",
      features: [turned(one, 2, "add")],
      row: one,
      band: "miss" as const,
    },
    two && {
      title: `Take out “${two.label}”`,
      does: "Removes it from a picture that shows it; everything else stays.",
      features: [turned(two, 1, "ablate")],
      row: two,
      band: "top" as const,
    },
    two &&
      three && {
        title: `“${three.label}” for “${two.label}”`,
        does: "Takes one thing out of the picture and puts another in.",
        features: [turned(two, 1, "ablate"), turned(three, 1.5, "add")],
        row: two,
        band: "top" as const,
      },
  ].filter((recipe) => recipe !== undefined);
  return Promise.all(
    recipes.map(async ({ title, does, features, row, band }) => {
      const image = (await imageFrom(row, band)) ?? (await imageFrom(row, "top"));
      const query = printDesk({ ...DESK_DEFAULTS, model: slug, features, image });
      return { title, does, query, strip: row.strip };
    }),
  );
}

/** Explained features of images with different labels, best detection first; objects if three of them are. */
async function bestFeatures(model: string, sae: string): Promise<FeatureRow[]> {
  const key = await findSae(model, sae);
  const list = async (kind: string | undefined) => {
    const filters = { status: "explained", modality: "image" as const, kind };
    const { items } = await listFeatures(key, { ...filters, sort: "-detection", limit: LOOK });
    return items.filter(({ label }, i) => label && items.findIndex((other) => other.label === label) === i).slice(0, 3);
  };
  const objects = await list("object");
  return objects.length === 3 ? objects : list(undefined);
}

function turned({ ref }: FeatureRow, strength: number, method: Turned["method"]): Turned {
  return { ref: ref.split("/").slice(1).join("/"), strength, method, where: null };
}

async function imageFrom({ ref }: FeatureRow, band: BandId): Promise<string | null> {
  const [model, sae, index] = ref.split("/") as [string, string, string];
  const query = exemplarsQuery.parse({ band, modality: "image", limit: 1 });
  return (await listExemplars(model, sae, Number(index), query)).items[0]?.image?.sha ?? null;
}
