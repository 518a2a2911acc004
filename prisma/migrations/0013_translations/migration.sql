-- Labels in other languages can be searched. Words of Chinese or Japanese have no spaces between them and are too short for
-- trigrams: the index holds the letters of a label, and what has all letters of a query is then read.
CREATE FUNCTION fovea_translated(translations JSONB) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT public.fovea_plain((SELECT string_agg(value, E'\n' ORDER BY key)
    FROM jsonb_each_text(CASE jsonb_typeof(translations) WHEN 'object' THEN translations ELSE '{}' END))) $$;
CREATE FUNCTION fovea_letters(words TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT coalesce(array_agg(DISTINCT letter), '{}') FROM regexp_split_to_table(words, '') AS letter WHERE letter ~ '\S' $$;
CREATE INDEX "features_translated_idx" ON "features" USING GIN (fovea_letters(fovea_translated("translations")))
  WHERE "translations" IS NOT NULL;

-- What people settled is no disagreement.
UPDATE "features" f SET "disagreement" = NULL, "version" = "version" + 1 FROM "explanations" l
  WHERE l."sae_id" = f."sae_id" AND l."index" = f."index" AND l."is_label" AND (l."pinned" OR l."explainer" = 'human')
    AND f."disagreement" IS NOT NULL;
-- Nor is the same text, of whatever words.
UPDATE "features" f SET "disagreement" = 0, "version" = "version" + 1 WHERE f."disagreement" > 0 AND 1 = (
  SELECT count(DISTINCT lower(e."text")) FROM "explanations" e
  WHERE e."sae_id" = f."sae_id" AND e."index" = f."index" AND e."status" = 'explained');
