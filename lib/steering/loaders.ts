import "server-only";
import { isAppError } from "@/lib/core/errors";
import type { PageQuery } from "@/lib/core/page";
import { getRunResult } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";
import { listModels } from "@/lib/saes/data";
import type { ModelCard } from "@/lib/saes/schema";
import { getImage, listRecentImages } from "@/lib/samples/data";
import { findStarters } from "@/lib/trace/data";
import { findDeskFeatures } from "./desk/data";
import { parseDesk } from "./desk/format";
import type { Desk } from "./desk/types";
import { questionKinds } from "./fix/data";
import type { FixDeskData, FixRunData } from "./fix/types";
import { listRecipes } from "./recipes/data";
import { doesWords } from "./recipes/format";
import { suggestRecipes } from "./recipes/suggest";
import type { SavedRecipe } from "./recipes/types";
import { type SteerParams, type SteerResult, searchResultSchema, steerResultSchema } from "./schema";
import type { DeskData, DeskImage, DeskModel } from "./types";

const SAMPLES = 12;
const STARTERS = 3;
/** Saved recipes that the desk lists, newest first; the interface has them all. */
const RECIPES = 60;

/** A page's query as it stands in the address, repeated parameters included. */
function printQuery(search: PageQuery): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of [value ?? []].flat()) params.append(name, one);
  }
  return params.toString();
}

/** What the desk shows before anything is chosen, and what its address names. */
export async function loadDesk(search: PageQuery): Promise<{ data: DeskData; query: string }> {
  const query = printQuery(search);
  const desk = parseDesk(new URLSearchParams(query));
  const cards = (await listModels()).filter(({ kind }) => kind !== "vision");
  const card = cards.find(({ slug }) => slug === desk.model) ?? cards[0];
  const [features, image, samples, suggested, saved] = await Promise.all([
    card
      ? findDeskFeatures(
          card.slug,
          desk.features.map(({ ref }) => ref),
        )
      : [],
    imageOf(desk.image),
    listRecentImages(SAMPLES),
    card && desk.features.length === 0 ? suggestRecipes(card) : [],
    card ? savedRecipes(card.slug) : [],
  ]);
  const recipes = { suggested, saved };
  return { query, data: { models: cards.map(toDeskModel), features, image, samples, recipes } };
}

/** Recipes that people saved, with the words and pictures of their features. */
async function savedRecipes(model: string): Promise<SavedRecipe[]> {
  const { items } = await listRecipes({ model, limit: RECIPES });
  const desks = items.map(({ query }) => parseDesk(new URLSearchParams(query)));
  const refs = [...new Set(desks.flatMap(({ features }) => features.map(({ ref }) => ref)))];
  const known = new Map((await findDeskFeatures(model, refs)).map((row) => [row.ref, row]));
  const of = (ref: string) => known.get(`${model}/${ref}`);
  return items.map(({ id, name, query }, i) => {
    const desk = desks[i] as Desk;
    const strip = of(desk.features[0]?.ref ?? "")?.strip ?? null;
    return { id, title: name, does: doesWords(desk, (ref) => of(ref)?.label), query, strip };
  });
}

/** What the page of a steering run shows beside the run: its result once it is done, its features, its image. */
export async function loadSteerRun(run: Run): Promise<{ data: DeskData; result: SteerResult | null }> {
  const params = run.params as SteerParams;
  const refs = params.steering.map(({ feature }) => feature.split("/").slice(-2).join("/"));
  const [cards, features, image, stored] = await Promise.all([
    listModels(),
    findDeskFeatures(params.model, refs),
    imageOf(params.image),
    run.state === "done" ? getRunResult(run.id) : null,
  ]);
  const models = cards.filter(({ slug }) => slug === params.model).map(toDeskModel);
  const result = stored === null ? null : steerResultSchema.parse(stored);
  return { result, data: { models, features, image, samples: [], recipes: { suggested: [], saved: [] } } };
}

/** What the desk of a search chooses from: models, kinds of stored questions, and questions to start from. */
export async function loadFixDesk(search: PageQuery): Promise<{ data: FixDeskData; query: string }> {
  const [models, starters, kinds] = await Promise.all([listModels(), findStarters(STARTERS), questionKinds()]);
  const asked = models.filter(({ kind, saes }) => kind !== "vision" && saes.length > 0);
  return { query: printQuery(search), data: { models: asked, starters, kinds } };
}

/** The permanent page of a run of kind `search`. */
export async function loadFixRun(run: Run): Promise<FixRunData> {
  return { result: run.state === "done" ? searchResultSchema.parse(await getRunResult(run.id)) : null };
}

function toDeskModel({ slug, title, kind, geometries }: ModelCard): DeskModel {
  return { slug, title, seesImages: kind === "vlm", geometry: geometries[0] ?? null };
}

/** Null when it is gone: the desk says so itself. */
async function imageOf(sha: string | null): Promise<DeskImage | null> {
  if (sha === null) return null;
  try {
    return await getImage(sha);
  } catch (error) {
    if (isAppError(error) && error.code === "NOT_FOUND") return null;
    throw error;
  }
}
