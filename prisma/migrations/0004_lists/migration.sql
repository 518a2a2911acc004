-- What people add: votes, notes, lists, and explanations that they pin.

ALTER TABLE "explanations" ADD COLUMN "pinned" BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE "votes" (
  "explanation_id" TEXT NOT NULL REFERENCES "explanations" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "voter" TEXT NOT NULL,
  "value" INTEGER NOT NULL CHECK ("value" IN (-1, 1)),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("explanation_id", "voter")
);

CREATE TABLE "notes" (
  "id" TEXT PRIMARY KEY,
  "on" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "author" TEXT NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX "notes_on_created_at_idx" ON "notes" ("on", "created_at");

CREATE TABLE "lists" (
  "id" TEXT PRIMARY KEY,
  "name" TEXT NOT NULL,
  "description" TEXT NOT NULL DEFAULT '',
  "test_input" TEXT NOT NULL DEFAULT '',
  "version" INTEGER NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX "lists_updated_at_id_idx" ON "lists" ("updated_at", "id");

CREATE TABLE "list_items" (
  "list_id" TEXT NOT NULL REFERENCES "lists" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "ref" TEXT NOT NULL,
  "position" INTEGER NOT NULL,
  "note" TEXT NOT NULL DEFAULT '',
  PRIMARY KEY ("list_id", "ref")
);
CREATE INDEX "list_items_ref_idx" ON "list_items" ("ref");
