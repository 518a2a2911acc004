import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pgPool } from "@/lib/db/client";
import { parseSchema } from "../helpers/prisma-schema";

// Made by SQL only; Prisma neither reads nor writes them.
const DATABASE_ONLY_COLUMNS = new Set(["features.search_text", "features.search_vector"]);
const DATABASE_ONLY_INDEXES = new Set([
  "features_search_vector_idx",
  "features_search_text_idx",
  "features_tags_idx",
  "features_effects_idx",
  "features_plain_label_idx",
  "features_translated_idx",
  "explanations_words_idx",
  "words_beginning_idx",
  "words_spelling_idx",
]);

const schema = parseSchema(readFileSync("prisma/schema.prisma", "utf8"));

describe("schema.prisma and the migrated database", () => {
  it("have the same columns, types, nullability and defaults", async () => {
    const { rows } = await pgPool().query<{ name: string; type: string; nullable: boolean; has_default: boolean }>(
      `SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
              NOT a.attnotnull AS nullable, d.adbin IS NOT NULL AS has_default
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
         AND c.relname <> '_prisma_migrations'`,
    );
    const actual = rows.filter((row) => !DATABASE_ONLY_COLUMNS.has(row.name));
    const line = (name: string, type: string, nullable: boolean, hasDefault: boolean) =>
      `${name} ${type}${nullable ? " null" : ""}${hasDefault ? " default" : ""}`;
    const expected = schema.flatMap((table) =>
      // A list column is never null in Prisma's eyes, and an insert without it means an empty list.
      table.columns.map((c) =>
        line(`${table.name}.${c.name}`, c.type, c.nullable, c.hasDefault || c.type.endsWith("[]")),
      ),
    );
    expect(actual.map((r) => line(r.name, r.type, r.nullable, r.has_default)).sort()).toEqual(expected.sort());
  });

  it("have the same primary keys, unique keys and indexes", async () => {
    const { rows } = await pgPool().query<{
      name: string;
      table: string;
      columns: string[];
      is_unique: boolean;
      is_primary: boolean;
    }>(
      `SELECT i.relname AS name, t.relname AS table, x.indisunique AS is_unique, x.indisprimary AS is_primary,
              array(SELECT a.attname::text FROM unnest(x.indkey) WITH ORDINALITY k(n, o)
                    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.n ORDER BY k.o) AS columns
       FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
       JOIN pg_namespace n ON n.oid = t.relnamespace
       WHERE n.nspname = 'public' AND t.relname <> '_prisma_migrations'`,
    );
    const actual = rows
      .filter((row) => !DATABASE_ONLY_INDEXES.has(row.name))
      .map((r) => `${r.table} ${r.is_primary ? "primary" : r.is_unique ? "unique" : "index"} ${r.columns}`);
    const expected = schema.flatMap((t) => t.indexes.map((i) => `${t.name} ${i.kind} ${i.columns}`));
    expect(actual.sort()).toEqual(expected.sort());
  });

  it("have the same foreign keys", async () => {
    const { rows } = await pgPool().query<{ line: string }>(
      `SELECT c.conrelid::regclass || ' ' || (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = ANY (c.conkey))
              || ' ' || c.confrelid::regclass AS line
       FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace`,
    );
    const expected = schema.flatMap((t) => t.foreignKeys.map((f) => `${t.name} ${f.columns} ${f.table}`));
    expect(rows.map((r) => r.line).sort()).toEqual(expected.sort());
  });
});
