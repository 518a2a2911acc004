-- Several explainers side by side: a model's own explanations are told apart by the model that gave them.
ALTER TABLE "explanations" ADD COLUMN "sentence" TEXT;
ALTER TABLE "explanations" ADD COLUMN "confidence" REAL;
ALTER TABLE "explanations" ADD COLUMN "translations" JSONB;
DROP INDEX "explanations_sae_id_index_explainer_prompt_version_key";
CREATE UNIQUE INDEX "explanations_sae_id_index_explainer_explainer_model_prompt__key"
  ON "explanations" ("sae_id", "index", "explainer", "explainer_model", "prompt_version");

-- Some scores need no explanation: they belong to the feature.
ALTER TABLE "scores" ALTER COLUMN "explanation_id" DROP NOT NULL;

-- What a feature takes over from its label, and how far its explanations are apart.
ALTER TABLE "features" ADD COLUMN "translations" JSONB;
ALTER TABLE "features" ADD COLUMN "disagreement" REAL;
CREATE INDEX "features_sae_id_disagreement_index_idx" ON "features" ("sae_id", "disagreement" DESC, "index" DESC);

-- One row per request to an explainer's endpoint, written before it is sent: the account of what explaining cost.
CREATE TABLE "explainer_calls" (
  "id" TEXT NOT NULL,
  "run_id" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "attempt" INTEGER NOT NULL,
  "state" TEXT NOT NULL,
  "status" INTEGER,
  "reason" TEXT,
  "text" TEXT,
  "prompt_tokens" INTEGER,
  "completion_tokens" INTEGER,
  "ms" INTEGER,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("id"),
  CONSTRAINT "explainer_calls_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "explainer_calls_run_id_key_attempt_key" ON "explainer_calls" ("run_id", "key", "attempt");

-- Kinds are those of concepts; what a term of an answer is (a face, a country's name) stays in the evidence.
UPDATE "explanations" SET "kind" = k.new FROM (VALUES ('face', 'feeling'), ('word', 'text'), ('country', 'text'), ('sea', 'scene'),
  ('color', 'colour'), ('mixed', 'other')) AS k(old, new) WHERE "kind" = k.old;
UPDATE "features" SET "kind" = k.new, "version" = "version" + 1 FROM (VALUES ('face', 'feeling'), ('word', 'text'), ('country', 'text'),
  ('sea', 'scene'), ('color', 'colour'), ('mixed', 'other')) AS k(old, new) WHERE "kind" = k.old;
