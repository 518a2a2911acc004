-- What a feature keeps company with: columns of the row, so that its page needs no further query.
ALTER TABLE "samples" ADD COLUMN "phash" TEXT;
ALTER TABLE "features"
  ADD COLUMN "relations" JSONB,
  ADD COLUMN "words" JSONB,
  ADD COLUMN "shortcut" JSONB,
  ADD COLUMN "twin" JSONB;
ALTER TABLE "exemplars"
  ADD COLUMN "near_duplicates" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "resembles" INTEGER;
