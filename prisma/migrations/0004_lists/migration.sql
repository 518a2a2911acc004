-- Lists; a star is membership of the list `starred`.
CREATE TABLE "lists" (
  "id" TEXT PRIMARY KEY,
  "name" TEXT NOT NULL,
  "description" TEXT NOT NULL DEFAULT '',
  "test_input" JSONB,
  "version" INTEGER NOT NULL DEFAULT 1,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX "lists_updated_at_id_idx" ON "lists" ("updated_at", "id");

CREATE TABLE "list_items" (
  "list_id" TEXT NOT NULL REFERENCES "lists" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "sae_id" TEXT NOT NULL REFERENCES "saes" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "index" INTEGER NOT NULL,
  "place" INTEGER NOT NULL,
  "note" TEXT NOT NULL DEFAULT '',
  "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("list_id", "sae_id", "index")
);
CREATE INDEX "list_items_sae_id_index_idx" ON "list_items" ("sae_id", "index");

CREATE TABLE "notes" (
  "id" TEXT PRIMARY KEY,
  "sae_id" TEXT REFERENCES "saes" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "index" INTEGER,
  "run_id" TEXT REFERENCES "runs" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "text" TEXT NOT NULL,
  "author" TEXT,
  "version" INTEGER NOT NULL DEFAULT 1,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "notes_are_on_one_thing" CHECK (("run_id" IS NULL) = ("sae_id" IS NOT NULL) AND ("sae_id" IS NULL) = ("index" IS NULL))
);
CREATE INDEX "notes_sae_id_index_idx" ON "notes" ("sae_id", "index");
CREATE INDEX "notes_run_id_idx" ON "notes" ("run_id");

-- People explain, too, as often as they like; explainers say one thing per prompt version.
ALTER TABLE "explanations" ADD COLUMN "pinned" BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX "explanations_sae_id_index_explainer_prompt_version_key";
CREATE UNIQUE INDEX "explanations_once_per_prompt_idx"
  ON "explanations" ("sae_id", "index", "explainer", "prompt_version") WHERE "explainer" <> 'human';
CREATE INDEX "explanations_sae_id_index_idx" ON "explanations" ("sae_id", "index");

CREATE TABLE "votes" (
  "explanation_id" TEXT NOT NULL REFERENCES "explanations" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "person" TEXT NOT NULL,
  "value" INTEGER NOT NULL CHECK ("value" IN (-1, 1)),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("explanation_id", "person")
);
