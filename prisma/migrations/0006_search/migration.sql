-- Wide values (histogram, logit effects) leave the row, so that lists and searches read narrow ones.
ALTER TABLE "features" SET (toast_tuple_target = 512);

-- Exact labels and their beginnings, before anything is ranked.
CREATE INDEX "features_plain_label_idx" ON "features" (fovea_plain("label") text_pattern_ops);

-- In the order in which lists show it: best first, features without a score last.
DROP INDEX "features_sae_id_detection_index_idx";
CREATE INDEX "features_sae_id_detection_index_idx" ON "features" ("sae_id", "detection" DESC NULLS LAST, "index" DESC);

-- Explanations that are not the label: few, and read by every search.
CREATE INDEX "explanations_words_idx" ON "explanations" USING GIN (to_tsvector('english', fovea_plain("text"))) WHERE NOT "is_label";

-- Every word that a label, tag or explanation holds: beginnings and misspellings are looked up here and not in the texts.
CREATE TABLE "words" ("word" TEXT PRIMARY KEY);
CREATE INDEX "words_beginning_idx" ON "words" ("word" text_pattern_ops);
CREATE INDEX "words_spelling_idx" ON "words" USING GIST ("word" gist_trgm_ops);

CREATE FUNCTION fovea_note_words(texts TEXT[]) RETURNS VOID LANGUAGE sql AS $$
  -- In order, so that two writers of the same words never wait for each other in a circle.
  INSERT INTO "words" ("word")
  SELECT DISTINCT word FROM unnest(texts) AS t, regexp_split_to_table(fovea_plain(t), '[^[:alnum:]]+') AS word
  WHERE length(word) BETWEEN 2 AND 40 AND NOT EXISTS (SELECT FROM "words" w WHERE w."word" = word)
  ORDER BY word ON CONFLICT DO NOTHING
$$;
SELECT fovea_note_words(array_agg("text")) FROM (
  SELECT DISTINCT "search_text" AS "text" FROM "features" UNION SELECT "text" FROM "explanations" WHERE "text" IS NOT NULL) t;
