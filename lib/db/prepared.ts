import type { QueryResultRow } from "pg";
import { pgPool } from "./client";

/** A statement that Postgres parses and plans once per connection: for the few reads that every visit makes. */
export interface Prepared {
  /** Unique in the process; the connection keeps the plan under it. */
  name: string;
  text: string;
}

/** Rows of a prepared statement, columns named as the statement names them. */
export async function readPrepared<R extends QueryResultRow>(
  statement: Prepared,
  values: readonly unknown[],
): Promise<R[]> {
  const { rows } = await pgPool().query<R>({ ...statement, values: [...values] });
  return rows;
}
