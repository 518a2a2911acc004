import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";
import { printQuery } from "@/lib/core/format";
import { flatQuery, orNotFound, type PageQuery } from "@/lib/core/page";
import { getFeature, getFeatureBetween } from "./data";
import { adjacentFeatures } from "./list/data";
import { asksDisagreement, listQueryString } from "./list/format";
import { filtersSchema, sortSchema } from "./list/schema";
import { exemplarsQuery, type Feature, featureParams } from "./schema";

export interface FeaturePageData {
  feature: Feature;
  query: Record<string, string>;
  links: { previous: string | null; next: string | null; random: string; list: string; beside: string };
  /** Its explanations stand side by side: when asked for, and by itself in a list of what explainers disagree about. */
  beside: boolean;
}

type FeatureAddress = { model: string; sae: string; feature: string };

/** What the page of a feature shows. Parameters that do not parse fall back to their defaults. */
export function loadFeature(params: FeatureAddress, search: PageQuery): Promise<FeaturePageData> {
  return loadOnce(JSON.stringify(params), JSON.stringify(flatQuery(search)));
}

/** Metadata and page ask for the same: one read per request. */
const loadOnce = cache((params: string, query: string) => readPage(JSON.parse(params), JSON.parse(query)));

async function readPage(params: FeatureAddress, query: Record<string, string>): Promise<FeaturePageData> {
  if (!/^(0|[1-9]\d{0,8})$/.test(params.feature)) notFound();
  const { model, sae, index } = featureParams.safeParse({ ...params, index: params.feature }).data ?? notFound();
  const band = exemplarsQuery.shape.band.catch("top").parse(query.band);
  const by = exemplarsQuery.shape.by.catch("peak").parse(query.by);
  const modality = exemplarsQuery.shape.modality.catch("auto").parse(query.modality);
  const wanted = exemplarsQuery.parse({ band, by, modality });
  const { feature, saeId, ...between } = await orNotFound(getFeatureBetween(model, sae, index, wanted));
  const list = listQueryString(query);
  const suffix = list ? `?${list}` : "";
  const around = list ? await adjacentFeatures({ id: saeId }, index, listOf(query)) : between;
  const besideAlone = asksDisagreement(query);
  const several = feature.explanations.length > 1;
  const beside = several && (query.beside ? query.beside === "1" : besideAlone);
  const toggled = new URLSearchParams(query);
  if (beside === besideAlone) toggled.set("beside", beside ? "0" : "1");
  else toggled.delete("beside");
  const link = (at: number | null) => (at === null ? null : `/${model}/${sae}/${at}${suffix}`);
  return {
    feature,
    query: { ...query, band, by, modality },
    beside,
    links: {
      previous: link(around.previous),
      next: link(around.next),
      random: `/${model}/${sae}/random${suffix}`,
      list: `/${model}/${sae}${suffix}`,
      beside: `/${model}/${sae}/${index}?${printQuery(toggled)}`.replace(/\?$/, ""),
    },
  };
}

/** Sort and filters of a query. */
function listOf(query: Record<string, string>) {
  return { sort: sortSchema.catch("index").parse(query.sort), ...filtersSchema.safeParse(query).data };
}

/** A feature with its strongest images, to show on other pages; undefined when it is gone. */
export async function loadPeek(ref: string | undefined): Promise<Feature | undefined> {
  const [model, sae, index] = ref?.split("/") ?? [];
  if (!model || !sae || !index) return undefined;
  const query = exemplarsQuery.parse({ modality: "image", limit: 6 });
  return getFeature(model, sae, Number(index), query).catch(() => undefined);
}
