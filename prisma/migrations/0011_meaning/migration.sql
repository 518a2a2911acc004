-- What labels mean, as vectors of an embedder; search by meaning compares them.
CREATE TABLE "meanings" (
  "embedder" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "vector" BYTEA NOT NULL,
  PRIMARY KEY ("embedder", "text")
);
CREATE TRIGGER "meanings_content" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "meanings"
  FOR EACH STATEMENT EXECUTE FUNCTION fovea_content_changed();
