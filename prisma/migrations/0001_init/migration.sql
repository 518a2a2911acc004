-- The first schema. schema.prisma describes the same tables; tests/db/schema-agrees.test.ts compares the two.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE TABLE "models" (
  "id" TEXT PRIMARY KEY,
  "slug" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "location" TEXT NOT NULL,
  "hash" TEXT NOT NULL,
  "n_layers" INTEGER NOT NULL,
  "d_model" INTEGER NOT NULL,
  "sites" JSONB NOT NULL,
  "geometries" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX "models_slug_key" ON "models" ("slug");

CREATE TABLE "datasets" (
  "id" TEXT PRIMARY KEY,
  "slug" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "licence" TEXT NOT NULL,
  "source" TEXT NOT NULL,
  "hash" TEXT NOT NULL,
  "config" JSONB NOT NULL,
  "tags" JSONB NOT NULL,
  "n_images" INTEGER NOT NULL DEFAULT 0,
  "n_texts" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX "datasets_slug_key" ON "datasets" ("slug");

CREATE TABLE "samples" (
  "id" SERIAL PRIMARY KEY,
  "dataset_id" TEXT NOT NULL REFERENCES "datasets" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "ordinal" INTEGER NOT NULL,
  "sha" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "width" INTEGER,
  "height" INTEGER,
  "caption" TEXT,
  "text" TEXT,
  "tags" TEXT[] NOT NULL DEFAULT '{}',
  "truth" JSONB,
  "thumbhash" TEXT
);
CREATE UNIQUE INDEX "samples_dataset_id_ordinal_key" ON "samples" ("dataset_id", "ordinal");
CREATE INDEX "samples_sha_idx" ON "samples" ("sha");

CREATE TABLE "saes" (
  "id" TEXT PRIMARY KEY,
  "slug" TEXT NOT NULL,
  "model_id" TEXT NOT NULL REFERENCES "models" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "dataset_id" TEXT REFERENCES "datasets" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "site" TEXT NOT NULL,
  "architecture" TEXT NOT NULL,
  "d" INTEGER NOT NULL,
  "n" INTEGER NOT NULL,
  "k" INTEGER NOT NULL,
  "hash" TEXT NOT NULL,
  "checkpoint" TEXT NOT NULL,
  "config" JSONB NOT NULL,
  "metrics" JSONB,
  "curves" JSONB,
  "status" TEXT NOT NULL DEFAULT 'new',
  "evidence" TEXT,
  "evidence_n" JSONB,
  "n_live" INTEGER NOT NULL DEFAULT 0,
  "n_explained" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX "saes_model_id_slug_key" ON "saes" ("model_id", "slug");

-- What search reads. IMMUTABLE wrappers, because unaccent() and array_to_string() are only STABLE and a generated
-- column needs more; both are stable in fact as long as the dictionary is the one shipped with the extension.
CREATE FUNCTION fovea_plain(words TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, coalesce(words, ''))) $$;
CREATE FUNCTION fovea_words(words TEXT[]) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT array_to_string(words, ' ') $$;

CREATE TABLE "features" (
  "sae_id" TEXT NOT NULL REFERENCES "saes" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "index" INTEGER NOT NULL,
  "status" TEXT NOT NULL,
  "label" TEXT,
  "kind" TEXT,
  "density" REAL NOT NULL,
  "density_image" REAL NOT NULL,
  "density_text" REAL NOT NULL,
  "image_share" REAL NOT NULL,
  "max" REAL NOT NULL,
  "mean" REAL NOT NULL,
  "std" REAL NOT NULL,
  "a_ref" REAL NOT NULL,
  "n_firing" INTEGER NOT NULL,
  "cross_modal" REAL,
  "detection" REAL,
  "localisation" REAL,
  "flags" TEXT[] NOT NULL DEFAULT '{}',
  "tags" TEXT[] NOT NULL DEFAULT '{}',
  "histogram" JSONB NOT NULL,
  "position_map" BYTEA,
  "logits" JSONB,
  "neighbours" JSONB NOT NULL,
  "strip" TEXT,
  "version" INTEGER NOT NULL DEFAULT 0,
  -- Derived by the database, so that no writer can forget them.
  "search_text" TEXT GENERATED ALWAYS AS (fovea_plain(coalesce("label", '') || ' ' || fovea_words("tags"))) STORED,
  "search_vector" TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('english'::regconfig, fovea_plain("label")), 'A') ||
    setweight(to_tsvector('english'::regconfig, fovea_plain(fovea_words("tags"))), 'B')
  ) STORED,
  PRIMARY KEY ("sae_id", "index")
);
-- Each ends in "index": the tie-breaker of keyset pages.
CREATE INDEX "features_sae_id_density_index_idx" ON "features" ("sae_id", "density", "index");
CREATE INDEX "features_sae_id_max_index_idx" ON "features" ("sae_id", "max", "index");
CREATE INDEX "features_sae_id_detection_index_idx" ON "features" ("sae_id", "detection", "index");
CREATE INDEX "features_sae_id_image_share_index_idx" ON "features" ("sae_id", "image_share", "index");
CREATE INDEX "features_search_vector_idx" ON "features" USING GIN ("search_vector");
CREATE INDEX "features_search_text_idx" ON "features" USING GIN ("search_text" gin_trgm_ops);
CREATE INDEX "features_tags_idx" ON "features" USING GIN ("tags");

CREATE TABLE "exemplars" (
  "sae_id" TEXT NOT NULL,
  "index" INTEGER NOT NULL,
  "band" TEXT NOT NULL,
  "rank" INTEGER NOT NULL,
  "sample_id" INTEGER NOT NULL,
  "pool" TEXT NOT NULL,
  "peak" REAL NOT NULL,
  "peak_at" INTEGER NOT NULL,
  "mean" REAL NOT NULL,
  "area" REAL NOT NULL,
  "grid" BYTEA NOT NULL,
  "scale" REAL NOT NULL,
  "tokens" TEXT[] NOT NULL DEFAULT '{}',
  "offset" INTEGER NOT NULL DEFAULT 0,
  "why" TEXT,
  PRIMARY KEY ("sae_id", "index", "band", "rank")
);

CREATE TABLE "explanations" (
  "id" TEXT PRIMARY KEY,
  "sae_id" TEXT NOT NULL,
  "index" INTEGER NOT NULL,
  "text" TEXT,
  "status" TEXT NOT NULL,
  "reason" TEXT,
  "explainer" TEXT NOT NULL,
  "explainer_model" TEXT,
  "prompt_version" TEXT NOT NULL,
  "evidence" JSONB NOT NULL,
  "cost" JSONB NOT NULL,
  "is_label" BOOLEAN NOT NULL DEFAULT false,
  "author" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "explanations_text_iff_explained" CHECK (("status" = 'explained') = ("text" IS NOT NULL))
);
CREATE UNIQUE INDEX "explanations_sae_id_index_explainer_prompt_version_key"
  ON "explanations" ("sae_id", "index", "explainer", "prompt_version");

CREATE TABLE "scores" (
  "id" TEXT PRIMARY KEY,
  "explanation_id" TEXT NOT NULL REFERENCES "explanations" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "sae_id" TEXT NOT NULL,
  "index" INTEGER NOT NULL,
  "scorer" TEXT NOT NULL,
  "value" REAL NOT NULL,
  "lo" REAL,
  "hi" REAL,
  "control" REAL,
  "n" INTEGER NOT NULL,
  "n_missing" INTEGER NOT NULL DEFAULT 0,
  "receipts" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX "scores_explanation_id_scorer_key" ON "scores" ("explanation_id", "scorer");
CREATE INDEX "scores_sae_id_index_idx" ON "scores" ("sae_id", "index");

CREATE TABLE "runs" (
  "id" TEXT PRIMARY KEY,
  "kind" TEXT NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'queued' CHECK ("state" IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  "parent_id" TEXT,
  "step" TEXT,
  "params" JSONB NOT NULL,
  "versions" JSONB,
  "seed" INTEGER NOT NULL DEFAULT 0,
  "stage" TEXT,
  "done" DOUBLE PRECISION NOT NULL DEFAULT 0,
  "total" DOUBLE PRECISION,
  "rate" DOUBLE PRECISION,
  "eta_ms" DOUBLE PRECISION,
  "message" TEXT,
  "metrics" JSONB,
  "timings" JSONB,
  "cursor" JSONB,
  "result" JSONB,
  "error" JSONB,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "claim" TEXT,
  "event_seq" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "started_at" TIMESTAMPTZ(3),
  "finished_at" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "runs_parent_id_step_key" ON "runs" ("parent_id", "step");
CREATE INDEX "runs_state_idx" ON "runs" ("state");
CREATE INDEX "runs_created_at_id_idx" ON "runs" ("created_at", "id");

CREATE TABLE "run_events" (
  "run_id" TEXT NOT NULL REFERENCES "runs" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "seq" INTEGER NOT NULL,
  "type" TEXT NOT NULL,
  "data" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("run_id", "seq")
);

CREATE TABLE "workers" (
  "id" TEXT PRIMARY KEY,
  "lock_key" SERIAL NOT NULL,
  "lanes" TEXT[] NOT NULL DEFAULT '{}',
  "queue_ids" TEXT[] NOT NULL DEFAULT '{}',
  "host" TEXT NOT NULL,
  "pid" INTEGER NOT NULL,
  "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX "workers_lock_key_key" ON "workers" ("lock_key");
