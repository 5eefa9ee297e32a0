import type { StatementSync } from "node:sqlite";
import type { Database } from "../../data-folder/database.ts";

export type Row = { readonly [column: string]: Value };
type Value = string | number | Uint8Array | null;

/** The prepared statements of a database, each prepared once. */
export class Statements {
  readonly #database: Database;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The first row, or undefined. */
  get(text: string, ...values: Value[]): Row | undefined {
    return this.#statement(text).get(...values) as Row | undefined;
  }

  /** The first row of a statement that always has one. */
  one(text: string, ...values: Value[]): Row {
    const row = this.get(text, ...values);
    if (!row) throw new Error(`Bug: no row from ${text}`);
    return row;
  }

  all(text: string, ...values: Value[]): Row[] {
    return this.#statement(text).all(...values) as Row[];
  }

  /** The rows one by one, read only as far as they are taken. */
  each(text: string, ...values: Value[]): IterableIterator<Row> {
    return this.#statement(text).iterate(...values) as IterableIterator<Row>;
  }

  /** Returns how many rows changed. */
  run(text: string, ...values: Value[]): number {
    return Number(this.#statement(text).run(...values).changes);
  }

  /** Does all of it or nothing. */
  transaction<T>(work: () => T): T {
    return this.#database.transaction(work);
  }

  #statement(text: string): StatementSync {
    const known = this.#prepared.get(text) ?? this.#database.sql.prepare(text);
    this.#prepared.set(text, known);
    return known;
  }
}
