-- Tokens that a feature makes likelier ("+red") or less likely ("-sea") as plain words, for the search by effect.
CREATE FUNCTION fovea_token(token TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT public.fovea_plain(btrim(translate(coalesce(token, ''), '▁Ġ', '  '))) $$;
CREATE FUNCTION fovea_effects(logits JSONB) RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT effect), '{}') FROM (
    SELECT '+' || public.fovea_token(e->>0) AS effect FROM jsonb_array_elements(CASE WHEN jsonb_typeof(logits->'up') = 'array' THEN logits->'up' ELSE '[]' END) e
    UNION ALL
    SELECT '-' || public.fovea_token(e->>0) FROM jsonb_array_elements(CASE WHEN jsonb_typeof(logits->'down') = 'array' THEN logits->'down' ELSE '[]' END) e) all_effects
$$;
CREATE INDEX "features_effects_idx" ON "features" USING GIN (fovea_effects("logits"));
