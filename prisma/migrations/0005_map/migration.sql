-- Places of the features of an SAE on its map, their clusters, and how the map was made.
ALTER TABLE "features" ADD COLUMN "x" REAL, ADD COLUMN "y" REAL, ADD COLUMN "cluster" INTEGER;
ALTER TABLE "saes" ADD COLUMN "map" JSONB;
