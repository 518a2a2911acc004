import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { chatPrices } from "@/lib/llm/data";
import type { Geometry } from "@/lib/model/types";
import { findLiveRun } from "@/lib/runs/data";
import { ENDPOINT_SELF, VERSIONS } from "../explainers/versions";
import { scoreName } from "../format";
import type { ExplainerName } from "../schema";
import { assumedCost } from "./format";
import type { ExplainerRow, ExplainOverview } from "./schema";

interface Counted {
  explainer: string;
  model: string | null;
  promptVersion: string;
  status: string;
  n: number;
  calls: number;
  promptTokens: number;
  completionTokens: number;
  ms: number;
  last: Date;
}

interface Scored {
  explainer: string;
  model: string | null;
  promptVersion: string;
  scorer: string;
  /** Tenths that value and control lie in; those below 0 count to the lowest. */
  bin: number;
  controlBin: number | null;
  n: number;
  sum: number;
  controlSum: number | null;
}

/** Explainers as they stand below each other; of each the newest version first. */
const ORDER = ["human", "endpoint", "pipeline", "self", "paper", "captions"];

const BINS = 10;
/** Null stays null, which greatest and least pass over. */
const binSql = (column: string) =>
  Prisma.raw(
    `CASE WHEN ${column} IS NOT NULL THEN greatest(0, least(${BINS - 1}, floor(${BINS} * ${column})))::int END`,
  );

/** @throws AppError NOT_FOUND */
export async function getExplainOverview(model: string, slug: string): Promise<ExplainOverview> {
  const sae = await db().sae.findFirst({ where: { slug, model: { slug: model } }, include: { model: true } });
  if (!sae) throw new AppError("NOT_FOUND", `There is no SAE ${model}/${slug}.`);
  const [counted, scored, features, run, scoring] = await Promise.all([
    db().$queryRaw<Counted[]>`
      SELECT explainer, explainer_model AS model, CASE explainer WHEN 'human' THEN '' ELSE prompt_version END AS "promptVersion", status,
        count(*)::int AS n, coalesce(sum((cost->>'calls')::float8), 0) AS calls,
        coalesce(sum((cost->>'promptTokens')::float8), 0) AS "promptTokens",
        coalesce(sum((cost->>'completionTokens')::float8), 0) AS "completionTokens", coalesce(sum((cost->>'ms')::float8), 0) AS ms,
        max(created_at) AS last
      FROM explanations WHERE sae_id = ${sae.id} GROUP BY 1, 2, 3, 4`,
    db().$queryRaw<Scored[]>`
      SELECT e.explainer, e.explainer_model AS model, CASE e.explainer WHEN 'human' THEN '' ELSE e.prompt_version END AS "promptVersion",
        c.scorer, ${binSql("c.value")} AS bin, ${binSql("c.control")} AS "controlBin", count(*)::int AS n,
        sum(c.value)::float8 AS sum, sum(c.control)::float8 AS "controlSum"
      FROM scores c JOIN explanations e ON e.id = c.explanation_id WHERE c.sae_id = ${sae.id} GROUP BY 1, 2, 3, 4, 5, 6`,
    db().$queryRaw<{ live: number; explained: number; disagreeing: number }[]>`
      SELECT count(*)::int AS live, count(*) FILTER (WHERE status = 'explained')::int AS explained,
        count(*) FILTER (WHERE disagreement > 0)::int AS disagreeing
      FROM features WHERE sae_id = ${sae.id} AND status NOT IN ('dead', 'too_rare')`,
    findLiveRun("explain", [sae.id, `${model}/${slug}`]),
    findLiveRun("score", [sae.id, `${model}/${slug}`]),
  ]);
  const explainers = rowsOf(counted, scored);
  const live = features[0]?.live ?? 0;
  const grid = (sae.model.geometries as unknown as Geometry[])[0];
  const cells = grid ? grid.rows * grid.cols : 0;
  const offered: ExplainerName[] = ["pipeline", "captions", "self", "paper"];
  if (env().EXPLAINER_BASE_URL) offered.splice(1, 0, "endpoint");
  return {
    ref: `${model}/${slug}`,
    live,
    explained: features[0]?.explained ?? 0,
    disagreeing: features[0]?.disagreeing ?? 0,
    explainers,
    offered: offered.map((explainer) => {
      const own = explainers.filter((e) => e.explainer === explainer);
      const current = own.filter(isCurrent);
      const measured = mostFeatures(current) ?? mostFeatures(own);
      return {
        explainer,
        perFeature: measured?.perFeature ?? assumedCost(explainer, cells),
        measuredOn: measured?.features ?? 0,
        waiting: Math.max(0, live - (mostFeatures(current)?.features ?? 0)),
      };
    }),
    price: chatPrices(),
    run,
    scoring,
  };
}

/** True when the same explainer would do it in the same way today. */
const isCurrent = ({ explainer, promptVersion }: ExplainerRow): boolean =>
  promptVersion === VERSIONS[explainer as ExplainerName] || promptVersion === ENDPOINT_SELF;

const mostFeatures = (rows: readonly ExplainerRow[]): ExplainerRow | undefined =>
  [...rows].sort((a, b) => b.features - a.features)[0];

function rowsOf(counted: readonly Counted[], scored: readonly Scored[]): ExplainerRow[] {
  const keyOf = (r: Pick<Counted, "explainer" | "model" | "promptVersion">) =>
    JSON.stringify([r.explainer, r.model, r.promptVersion]);
  const groups = new Map<string, Counted[]>();
  const place = ({ explainer }: Counted) => ORDER.indexOf(explainer);
  const newest = [...counted].sort((a, b) => place(a) - place(b) || b.last.getTime() - a.last.getTime());
  for (const row of newest) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups].map(([key, rows]) => {
    const { explainer, model, promptVersion } = rows[0] as Counted;
    const features = rows.reduce((n, r) => n + r.n, 0);
    const mean = (of: (r: Counted) => number) => rows.reduce((sum, r) => sum + of(r), 0) / features;
    const scores = new Map<string, Scored[]>();
    for (const s of scored) if (keyOf(s) === key) scores.set(s.scorer, [...(scores.get(s.scorer) ?? []), s]);
    return {
      ...{ explainer, model, promptVersion, features },
      statuses: Object.fromEntries(rows.map((r) => [r.status, r.n])),
      perFeature: {
        calls: mean((r) => r.calls),
        promptTokens: mean((r) => r.promptTokens),
        completionTokens: mean((r) => r.completionTokens),
        ms: mean((r) => r.ms),
      },
      scores: Object.fromEntries([...scores].map(([scorer, bins]) => [scoreName(scorer), distributionOf(bins)])),
    };
  });
}

/** What the scores of one scorer come to, and how they spread, beside their controls. */
function distributionOf(bins: readonly Scored[]): ExplainerRow["scores"][string] {
  const [values, controls] = [new Array<number>(BINS).fill(0), new Array<number>(BINS).fill(0)];
  const sums = { n: 0, value: 0, nControl: 0, control: 0 };
  for (const { bin, controlBin, n, sum, controlSum } of bins) {
    values[bin]! += n;
    sums.n += n;
    sums.value += sum;
    if (controlBin === null) continue;
    controls[controlBin]! += n;
    sums.nControl += n;
    sums.control += controlSum ?? 0;
  }
  const control = sums.nControl === 0 ? null : sums.control / sums.nControl;
  return { n: sums.n, mean: sums.value / sums.n, control, values, controls };
}
