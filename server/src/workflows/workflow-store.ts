import { randomUUID } from "node:crypto";
import type { ArtifactStore } from "../artifacts/port.ts";
import { Refusal } from "../artifacts/refusal.ts";
import type { Checker } from "../checker/checker.ts";
import type { Database } from "../data-folder/database.ts";
import { JsonBytes } from "../files/json-bytes.ts";
import { type PackedJson, packJson, unpackBytes } from "../files/packed-json.ts";
import type { Hash, RevisionSummary, WorkflowSummary } from "../wire/wire.ts";

/** Revisions kept of one workflow; the oldest go first. */
const maxRevisions = 200;
/** Workflows kept. */
const maxWorkflows = 10_000;

/** Who uses the pictures that a saved workflow names. */
export const workflowOwner = (id: string): string => `workflow ${id}`;

type Value = string | number | Uint8Array | null;
type Row = { readonly [column: string]: Value };

const nothing = packJson("null");

/** Saved workflows with every revision of theirs. Nothing is overwritten: a change is a new revision. No document is read here. */
export class WorkflowStore {
  readonly #database: Database;
  readonly #artifacts: Pick<ArtifactStore, "refer" | "release">;
  readonly #checker: Pick<Checker, "inspect">;

  constructor(
    database: Database,
    artifacts: Pick<ArtifactStore, "refer" | "release">,
    checker: Pick<Checker, "inspect">,
  ) {
    this.#database = database;
    this.#artifacts = artifacts;
    this.#checker = checker;
  }

  /** Saves a workflow. Returns it as a `SavedWorkflow`. Throws a Refusal if it is none. */
  async create(title: string, document: PackedJson = nothing): Promise<JsonBytes> {
    const assets = await this.#assetsOf(document);
    const counted = this.#get("SELECT count(*) AS count FROM workflows");
    if (Number(counted?.count) >= maxWorkflows)
      throw new Refusal("full", `${maxWorkflows} workflows are saved already.`, "Delete some first.");
    const id = randomUUID();
    const now = Date.now();
    await this.#artifacts.refer(workflowOwner(id), assets);
    this.#database.transaction(() => {
      this.#run(
        "INSERT INTO workflows (id, title, revision, created, updated) VALUES (?, ?, 0, ?, ?)",
        id,
        title,
        now,
        now,
      );
      this.#addRevision(id, 1, title, document, now);
    });
    return this.read(id);
  }

  /** A `SavedWorkflow`, as its newest revision. */
  async read(id: string): Promise<JsonBytes> {
    const found = this.#summary(id);
    const { document } = this.#revision(id, found.revision);
    return JsonBytes.of(found, { document: await unpackBytes(document) });
  }

  /** The document of the newest revision. */
  document(id: string): PackedJson {
    const row = this.#get(
      "SELECT document FROM revisions JOIN workflows ON id = workflow AND workflows.revision = revisions.revision WHERE id = ?",
      id,
    );
    if (!row) throw unknown(id);
    return row.document as PackedJson;
  }

  /** Last changed first. `next` is the `before` of the page after this one. */
  list(
    before: string | undefined,
    limit: number,
  ): { readonly workflows: readonly WorkflowSummary[]; readonly next?: string } {
    const [updated, id] = before === undefined ? [null, null] : splitCursor(before);
    const rows = this.#all(
      `SELECT * FROM workflows WHERE ?1 IS NULL OR (updated, id) < (?1, ?2) ORDER BY updated DESC, id DESC LIMIT ?3`,
      updated,
      id,
      limit + 1,
    );
    const workflows = rows.slice(0, limit).map(summary);
    const last = workflows.at(-1);
    return rows.length > limit && last ? { workflows, next: `${last.updated}_${last.id}` } : { workflows };
  }

  /** Saves a change of revision `revision`. Refused if somebody saved another one meanwhile: then nothing changes. */
  async update(id: string, revision: number, title: string, document: PackedJson = nothing): Promise<JsonBytes> {
    const assets = await this.#assetsOf(document);
    this.#checkRevision(id, revision);
    await this.#artifacts.refer(workflowOwner(id), assets);
    this.#database.transaction(() => {
      this.#checkRevision(id, revision);
      this.#addRevision(id, revision + 1, title, document, Date.now());
    });
    return this.read(id);
  }

  /** Newest first. */
  history(id: string): readonly RevisionSummary[] {
    this.#summary(id);
    const rows = this.#all("SELECT revision, title, time FROM revisions WHERE workflow = ? ORDER BY revision DESC", id);
    return rows.map(({ revision, title, time }) => ({
      revision: Number(revision),
      title: String(title),
      time: Number(time),
    }));
  }

  /** Makes an old revision the newest: as a new one, so that nothing in between is lost. */
  async restore(id: string, revision: number, from: number): Promise<JsonBytes> {
    this.#summary(id);
    const { title, document } = this.#revision(id, from);
    return this.update(id, revision, title, document);
  }

  async remove(id: string): Promise<void> {
    this.#database.transaction(() => {
      const { changes } = this.#run("DELETE FROM workflows WHERE id = ?", id);
      if (changes === 0) throw unknown(id);
      this.#run("DELETE FROM revisions WHERE workflow = ?", id);
    });
    await this.#artifacts.release(workflowOwner(id));
  }

  has(id: string): boolean {
    return this.#get("SELECT 1 FROM workflows WHERE id = ?", id) !== undefined;
  }

  #checkRevision(id: string, revision: number): void {
    const row = this.#get("SELECT revision FROM workflows WHERE id = ?", id);
    if (!row) throw unknown(id);
    if (row.revision === revision) return;
    const message = `The workflow is at revision ${row.revision}, and the change was made to revision ${revision}.`;
    throw new Refusal("conflict", message, "Read it again and make the change there, or save it as another workflow.");
  }

  #addRevision(id: string, revision: number, title: string, document: PackedJson, time: number): void {
    this.#run(
      "INSERT INTO revisions (workflow, revision, title, document, time) VALUES (?, ?, ?, ?, ?)",
      id,
      revision,
      title,
      document,
      time,
    );
    this.#run("DELETE FROM revisions WHERE workflow = ? AND revision <= ?", id, revision - maxRevisions);
    this.#run("UPDATE workflows SET title = ?, revision = ?, updated = ? WHERE id = ?", title, revision, time, id);
  }

  #summary(id: string): WorkflowSummary {
    const row = this.#get("SELECT * FROM workflows WHERE id = ?", id);
    if (!row) throw unknown(id);
    return summary(row);
  }

  /** The pictures that a workflow names. Throws a Refusal for what is no workflow by its shape; half-wired ones are saved. */
  async #assetsOf(document: PackedJson): Promise<readonly Hash[]> {
    const facts = await this.#checker.inspect(document);
    if ("assets" in facts) return facts.assets;
    throw new Refusal("invalid", "This is no workflow.", "Send a workflow as the editor saves it.", facts.problems);
  }

  #revision(id: string, revision: number): { readonly title: string; readonly document: PackedJson } {
    const row = this.#get("SELECT title, document FROM revisions WHERE workflow = ? AND revision = ?", id, revision);
    if (row) return { title: String(row.title), document: row.document as PackedJson };
    throw new Refusal("unknown", `The workflow has no revision ${revision}.`, "Look at its history.");
  }

  #get(text: string, ...values: Value[]): Row | undefined {
    return this.#database.sql.prepare(text).get(...values) as Row | undefined;
  }

  #all(text: string, ...values: Value[]): Row[] {
    return this.#database.sql.prepare(text).all(...values) as Row[];
  }

  #run(text: string, ...values: Value[]) {
    return this.#database.sql.prepare(text).run(...values);
  }
}

function unknown(id: string): Refusal {
  return new Refusal("unknown", `There is no workflow ${id}.`, "List the workflows to see which there are.");
}

function summary({ id, title, revision, created, updated }: Row): WorkflowSummary {
  return {
    id: String(id),
    title: String(title),
    revision: Number(revision),
    created: Number(created),
    updated: Number(updated),
  };
}

function splitCursor(cursor: string): [number, string] {
  const at = cursor.indexOf("_");
  return [Number(cursor.slice(0, at)), cursor.slice(at + 1)];
}
