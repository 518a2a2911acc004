CREATE TABLE "recipes" (
  "id" TEXT PRIMARY KEY,
  "model_id" TEXT NOT NULL REFERENCES "models" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "name" TEXT NOT NULL,
  "setup" JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX "recipes_model_id_name_key" ON "recipes" ("model_id", "name");
CREATE INDEX "recipes_created_at_id_idx" ON "recipes" ("created_at", "id");
