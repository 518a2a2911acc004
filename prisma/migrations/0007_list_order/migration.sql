-- In the order in which lists show it: best first, features without a score last.
DROP INDEX "features_sae_id_detection_index_idx";
CREATE INDEX "features_sae_id_detection_index_idx" ON "features" ("sae_id", "detection" DESC NULLS LAST, "index" DESC);
