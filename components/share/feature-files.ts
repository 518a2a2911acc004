import { type Cell, csvOf } from "@/lib/features/export/format";
import { BANDS, type Exemplar, type Exemplars } from "@/lib/features/types";
import { fetchJson } from "../ui/fetch-json";
import { saveFile } from "../ui/save-file";
import { VIEW_DEFAULTS } from "../viz/view-settings";
import { drawFigure } from "./draw-figure";
import type { Shared } from "./shared";

const nameOf = ({ model, sae, index }: Shared) => `${model}-${sae}-${index}`;

const exemplarsOf = (ref: string, query: string) =>
  fetchJson<Exemplars>(`/api/v1/features/${ref}/exemplars?limit=200&${query}`);

/** All that the interface says of a feature, as it says it. @throws FetchProblem */
export async function saveJson(feature: Shared): Promise<void> {
  const all = await fetchJson<unknown>(`/api/v1/features/${feature.ref}`);
  saveFile(`${nameOf(feature)}.json`, JSON.stringify(all, null, 2), "application/json");
}

/** Every exemplar of every band, a row each. @throws FetchProblem */
export async function saveExemplars(feature: Shared): Promise<void> {
  const bands = await Promise.all(BANDS.map((band) => exemplarsOf(feature.ref, `band=${band}`)));
  const rows = bands.flatMap(({ items }) => items.map((item) => rowOf(feature.ref, item)));
  saveFile(`${nameOf(feature)}-exemplars.csv`, csvOf(rows), "text/csv");
}

function rowOf(ref: string, item: Exemplar): Record<string, Cell> {
  const { band, rank, pool, peak, mean, area, image, tokens, why } = item;
  return {
    ...{ ref, band, rank, pool, peak, mean, area, why },
    kind: image ? "image" : "text",
    image: image?.sha ?? null,
    caption: image?.caption ?? null,
    text: tokens?.join("").replaceAll(/[▁Ġ]/g, " ").trim() ?? null,
  };
}

/** The images of the band that is on the page, with the overlay that is on the page. @throws FetchProblem */
export async function saveFigure(feature: Shared): Promise<void> {
  const query = new URLSearchParams(window.location.search);
  const of = (name: keyof typeof VIEW_DEFAULTS) => query.get(name) ?? VIEW_DEFAULTS[name];
  const band = query.get("band") ?? "top";
  const shown = await exemplarsOf(feature.ref, `band=${band}&by=${query.get("by") ?? "peak"}&modality=image`);
  const figure = await drawFigure({
    title: feature.label ?? `Feature ${feature.index}`,
    place: `${feature.model} / ${feature.sae} #${feature.index}`,
    exemplars: shown,
    overlay: of("overlay"),
    cut: Number(of("cut")),
    opacity: Number(of("op")),
    gamma: Number(of("gamma")),
    palette: of("pal") === "inferno" ? "inferno" : "cividis",
  });
  saveFile(`${nameOf(feature)}-${band}.png`, figure);
}
