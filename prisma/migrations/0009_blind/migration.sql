-- Blind tests, and what a label takes along when another one takes its place.
CREATE TABLE "blind_answers" (
  "explanation_id" TEXT NOT NULL REFERENCES "explanations" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "person" TEXT NOT NULL,
  "firing" INTEGER NOT NULL,
  "silent" INTEGER NOT NULL,
  "sae_id" TEXT NOT NULL REFERENCES "saes" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "index" INTEGER NOT NULL,
  "role" TEXT NOT NULL,
  "band" TEXT NOT NULL,
  "right" BOOLEAN NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("explanation_id", "person", "firing", "silent")
);
CREATE INDEX "blind_answers_sae_id_index_idx" ON "blind_answers" ("sae_id", "index");

ALTER TABLE "features" ADD COLUMN "human" REAL;
CREATE INDEX "features_sae_id_human_index_idx" ON "features" ("sae_id", "human" DESC NULLS LAST, "index" DESC);

-- A label can be taken back and come again: what its feature showed of it is kept with it.
ALTER TABLE "scores" ADD COLUMN "cross_modal" REAL;
UPDATE "scores" c SET "cross_modal" = f."cross_modal"
  FROM "explanations" e JOIN "features" f ON f."sae_id" = e."sae_id" AND f."index" = e."index"
  WHERE c."explanation_id" = e."id" AND e."is_label" AND c."scorer" = 'detection' AND f."cross_modal" IS NOT NULL;
ALTER TABLE "explanations" ADD COLUMN "kind" TEXT;
UPDATE "explanations" e SET "kind" = f."kind"
  FROM "features" f WHERE e."is_label" AND f."sae_id" = e."sae_id" AND f."index" = e."index" AND f."kind" IS NOT NULL;
