/** Partners per place that a feature's page shows; the route has all. */
export const PARTNERS_ON_PAGE = 5;

/** Columns of one exemplar `e` with its sample `x`, as JSON; base64 without the line breaks that Postgres sets. */
const EXEMPLAR = `json_build_object(
  'band', e."band", 'rank', e."rank", 'sampleId', e."sample_id", 'pool', e."pool", 'peak', e."peak", 'peakAt', e."peak_at",
  'mean', e."mean", 'area', e."area", 'grid', translate(encode(e."grid", 'base64'), E'\\n', ''), 'scale', e."scale",
  'tokens', e."tokens", 'offset', e."offset", 'why', e."why", 'nearDuplicates', e."near_duplicates", 'resembles', e."resembles",
  'sample', CASE WHEN x."id" IS NULL THEN NULL ELSE json_build_object('sha', x."sha", 'width', x."width",
    'height', x."height", 'caption', x."caption", 'tags', x."tags", 'thumbhash', x."thumbhash") END)`;

/** $2 index, $3 band, $4 by, $5 modality, $6 limit of the SAE `sae`. `mean` completes `top` for the ranking by mean. */
const exemplarsOf = (sae: string) => `(SELECT coalesce(json_agg(${EXEMPLAR} ORDER BY e."at"), '[]') FROM (
    SELECT e.*, row_number() OVER (ORDER BY CASE WHEN $4 = 'mean' THEN -e."mean" END, e."rank") AS "at"
    FROM "exemplars" e
    WHERE e."sae_id" = ${sae} AND e."index" = $2
      AND (e."band" = $3 OR ($3 = 'top' AND $4 = 'mean' AND e."band" = 'mean'))
      AND ($5 NOT IN ('image', 'text') OR (cardinality(e."tokens") > 0) = ($5 = 'text'))
    ORDER BY "at" LIMIT $6) e LEFT JOIN "samples" x ON x."id" = e."sample_id")`;

const SAE = `SELECT s.*, m."geometries", m."location", d."slug" AS "dataset"
  FROM "saes" s JOIN "models" m ON m."id" = s."model_id" LEFT JOIN "datasets" d ON d."id" = s."dataset_id"
  WHERE m."slug" = split_part($1, '/', 1) AND s."slug" = split_part($1, '/', 2)`;

/** Columns of one score `c`, as JSON. */
const SCORE = `json_build_object('id', c."id", 'scorer', c."scorer", 'value', c."value", 'lo', c."lo", 'hi', c."hi",
  'control', c."control", 'n', c."n", 'nMissing', c."n_missing")`;

/**
 * One feature with all that its page shows, in one round trip: $1 `<model>/<sae>`, then as above. `previous` and `next` are
 * the live features around it in order of number.
 */
export const FEATURE = {
  name: "feature",
  text: `WITH s AS (${SAE})
  SELECT s."id" AS "saeId", s."site", s."architecture", s."hash" AS "saeHash", s."evidence", s."evidence_n" AS "evidenceN",
    s."config"->>'normalisation' AS "normalisation", s."dataset", s."geometries", s."location" AS "modelFolder",
    s."checkpoint", f."index", f."status", f."label", f."translations", f."kind", f."density", f."density_image" AS "densityImage",
    f."density_text" AS "densityText", f."image_share" AS "imageShare", f."max", f."mean", f."std", f."a_ref" AS "aRef",
    f."n_firing" AS "nFiring", f."cross_modal" AS "crossModal", f."flags", f."tags", f."histogram",
    translate(encode(f."position_map", 'base64'), E'\\n', '') AS "positionMap", f."logits", f."strip", f."version",
    ${exemplarsOf(`s."id"`)} AS "exemplars",
    f."neighbours", f."relations", f."words", f."shortcut", f."twin",
    (SELECT coalesce(json_agg(json_build_object('index', n."index", 'label', n."label", 'status', n."status",
        'strip', n."strip")), '[]')
      FROM "features" n WHERE n."sae_id" = s."id" AND n."index" = ANY(ARRAY(
        SELECT (near->>'index')::int FROM jsonb_array_elements(f."neighbours") near
        UNION SELECT (partner->>'index')::int FROM (VALUES (f."relations"->'places'), (f."relations"->'text'->'places')) AS company(places),
          jsonb_each(coalesce(company.places, '{}')) place,
          jsonb_array_elements(place.value) WITH ORDINALITY AS at(partner, rank) WHERE rank <= ${PARTNERS_ON_PAGE}))) AS "names",
    (SELECT coalesce(json_agg(json_build_object('id', e."id", 'text', e."text", 'status', e."status", 'reason', e."reason",
        'explainer', e."explainer", 'explainerModel', e."explainer_model", 'promptVersion', e."prompt_version",
        'evidence', e."evidence", 'kind', e."kind", 'sentence', e."sentence", 'confidence', e."confidence",
        'translations', e."translations", 'cost', e."cost", 'author', e."author", 'isLabel', e."is_label", 'pinned', e."pinned",
        'createdAt', e."created_at",
        'votes', (SELECT json_build_object('up', count(*) FILTER (WHERE v."value" > 0), 'down', count(*) FILTER (WHERE v."value" < 0))
          FROM "votes" v WHERE v."explanation_id" = e."id"),
        'scores', (SELECT coalesce(json_agg(${SCORE}), '[]')
          FROM "scores" c WHERE c."explanation_id" = e."id"))
        ORDER BY e."is_label" DESC, e."created_at" DESC), '[]')
      FROM "explanations" e WHERE e."sae_id" = s."id" AND e."index" = $2) AS "explanations",
    (SELECT coalesce(json_agg(${SCORE}), '[]') FROM "scores" c
      WHERE c."sae_id" = s."id" AND c."index" = $2 AND c."explanation_id" IS NULL) AS "ownScores",
    (SELECT p."index" FROM "features" p WHERE p."sae_id" = s."id" AND p."index" < $2
      AND p."status" NOT IN ('dead', 'too_rare') ORDER BY p."index" DESC LIMIT 1) AS "previous",
    (SELECT n."index" FROM "features" n WHERE n."sae_id" = s."id" AND n."index" > $2
      AND n."status" NOT IN ('dead', 'too_rare') ORDER BY n."index" LIMIT 1) AS "next"
  FROM s JOIN "features" f ON f."sae_id" = s."id" AND f."index" = $2`,
};

/** The exemplars that an explanation's explainer was shown, in their order, as far as they are still kept: $1 its id. */
export const SHOWN = {
  name: "shown",
  text: `WITH said AS (
    SELECT "sae_id", coalesce(("evidence"->>'sameAs')::int, "index") AS "index", "evidence" FROM "explanations" WHERE "id" = $1)
  SELECT m."geometries", f."max", f."a_ref" AS "aRef", f."n_firing" AS "nFiring", f."histogram",
    said."evidence"->'exemplars' AS "shown",
    (SELECT coalesce(json_agg(${EXEMPLAR} ORDER BY k."at"), '[]')
      FROM jsonb_array_elements(coalesce(said."evidence"->'exemplars', '[]')) WITH ORDINALITY AS k("key", "at")
        JOIN "exemplars" e ON e."sae_id" = said."sae_id" AND e."index" = said."index" AND e."band" = k."key"->>'band'
          AND e."sample_id" = (k."key"->>'sampleId')::int AND (cardinality(e."tokens") > 0) = (k."key"->>'kind' = 'text')
        LEFT JOIN "samples" x ON x."id" = e."sample_id") AS "exemplars"
  FROM said JOIN "features" f ON f."sae_id" = said."sae_id" AND f."index" = said."index"
    JOIN "saes" s ON s."id" = said."sae_id" JOIN "models" m ON m."id" = s."model_id"`,
};

/** The evidence of one band alone; parameters as for FEATURE. */
export const EXEMPLARS = {
  name: "exemplars",
  text: `WITH s AS (${SAE})
  SELECT s."geometries", f."max", f."a_ref" AS "aRef", f."n_firing" AS "nFiring", f."histogram",
    ${exemplarsOf(`s."id"`)} AS "exemplars"
  FROM s JOIN "features" f ON f."sae_id" = s."id" AND f."index" = $2`,
};
