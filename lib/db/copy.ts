import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { pgPool } from "./client";

/** One connection inside a transaction. */
export type PgClient = PoolClient;

export type Row = Record<string, unknown>;
export type Rows<R extends object = Row> = Iterable<R> | AsyncIterable<R>;

/** Runs `work` on one connection inside BEGIN .. COMMIT; any throw rolls back. For COPY next to plain SQL. */
export async function inPgTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pgPool().connect();
  try {
    await client.query("BEGIN");
    const value = await work(client);
    await client.query("COMMIT");
    client.release();
    return value;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    // A connection in the middle of a failed COPY is not worth mending.
    client.release(true);
    throw error;
  }
}

/**
 * Bulk insert by COPY: one round trip for any number of rows, read lazily from `rows`.
 * Keys are Prisma field names (`saeId`), columns their snake_case; every row must have the keys of the first.
 * @returns the number of rows written.
 */
export async function copyInto<R extends object>(client: PoolClient, table: string, rows: Rows<R>): Promise<number> {
  const iterator = iterate(rows);
  const first = await iterator.next();
  if (first.done) return 0;
  const keys = Object.keys(first.value);
  const encoders = await encodersFor(client, table, keys.map(snakeCase));
  let count = 0;
  const line = (row: R): string => {
    if (Object.keys(row).length !== keys.length) {
      throw new TypeError(`COPY into ${table}: row ${count} has the keys ${Object.keys(row)}, the first had ${keys}`);
    }
    count++;
    return `${keys.map((key, i) => encoders[i]!((row as Row)[key])).join("\t")}\n`;
  };
  async function* chunks() {
    let chunk = line((first as IteratorYieldResult<R>).value);
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      chunk += line(next.value);
      if (chunk.length > 1 << 16) {
        yield chunk;
        chunk = "";
      }
    }
    if (chunk) yield chunk;
  }
  const columns = keys.map((key) => `"${snakeCase(key)}"`).join(", ");
  await pipeline(Readable.from(chunks()), client.query(copyFrom(`COPY "${table}" (${columns}) FROM STDIN`)));
  return count;
}

/** copyInto in a transaction of its own. */
export function copyRows<R extends object>(table: string, rows: Rows<R>): Promise<number> {
  return inPgTransaction((client) => copyInto(client, table, rows));
}

function iterate<R>(rows: Rows<R & object>): AsyncIterator<R & object> {
  if (Symbol.asyncIterator in rows) return rows[Symbol.asyncIterator]();
  const plain = rows[Symbol.iterator]();
  return { next: async () => plain.next() };
}

type Encode = (value: unknown) => string;

async function encodersFor(client: PoolClient, table: string, columns: string[]): Promise<Encode[]> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [`"${table}"`],
  );
  const types = new Map(rows.map((row) => [row.name, row.type]));
  return columns.map((column) => {
    const type = types.get(column);
    if (type === undefined) throw new TypeError(`COPY into ${table}: there is no column ${column}`);
    if (type === "json" || type === "jsonb") return (value) => nullOr(value, (v) => escapeText(JSON.stringify(v)));
    if (type.endsWith("[]")) return (value) => nullOr(value, (v) => escapeText(arrayLiteral(v as unknown[])));
    return (value) => nullOr(value, scalar);
  });
}

function nullOr(value: unknown, encode: Encode): string {
  return value === null || value === undefined ? "\\N" : encode(value);
}

function scalar(value: unknown): string {
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value).toString("hex")}`;
  if (value instanceof Date) return value.toISOString();
  return escapeText(String(value));
}

function arrayLiteral(items: readonly unknown[]): string {
  const quoted = items.map((item) =>
    item === null ? "NULL" : `"${String(item).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
  );
  return `{${quoted.join(",")}}`;
}

const ESCAPES: Record<string, string> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
};

function escapeText(text: string): string {
  // Postgres text cannot hold NUL; it becomes U+FFFD rather than an error in row 400,000.
  return text.replaceAll("\0", "\uFFFD").replace(/[\\\t\n\r\b\f\v]/g, (c) => ESCAPES[c] as string);
}

/** `saeId` -> `sae_id`, `aRef` -> `a_ref`: the rule behind every @map in schema.prisma. */
export function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
