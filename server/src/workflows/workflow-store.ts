import { randomUUID } from "node:crypto";
import type { ArtifactStore } from "../artifacts/port.ts";
import { Refusal } from "../artifacts/refusal.ts";
import type { Checker } from "../checker/checker.ts";
import type { Database } from "../data-folder/database.ts";
import { JsonBytes } from "../files/json-bytes.ts";
import { type PackedJson, packJson, unpackBytes } from "../files/packed-json.ts";
import type { Hash, RevisionReason, RevisionSummary, SavedChange, WorkflowSummary } from "../wire/wire.ts";

/** Revisions kept of one workflow: so many that were saved, and so many others. The oldest go first. */
const maxRevisions = 200;
/** Milliseconds of which one revision is kept that was being edited. */
const editMs = 5 * 60_000;
/** Milliseconds for which a deleted workflow can be brought back. */
const keptDeletedMs = 30 * 24 * 3_600_000;
/** Workflows kept. */
const maxWorkflows = 10_000;

/** Who uses the pictures that a saved workflow names. */
export const workflowOwner = (id: string): string => `workflow ${id}`;

type Value = string | number | Uint8Array | null;
type Row = { readonly [column: string]: Value };

const nothing = packJson("null");

type Options = { readonly id?: string | undefined; readonly reason?: RevisionReason | undefined };

/**
 * Saved workflows with their revisions. Nothing is overwritten: a change is a new revision, and of those that were being edited one is
 * kept every five minutes. No document is read here.
 */
export class WorkflowStore {
  readonly #database: Database;
  readonly #artifacts: Pick<ArtifactStore, "refer" | "release">;
  readonly #checker: Pick<Checker, "inspect">;
  readonly #watchers = new Set<(change: SavedChange) => void>();

  constructor(
    database: Database,
    artifacts: Pick<ArtifactStore, "refer" | "release">,
    checker: Pick<Checker, "inspect">,
  ) {
    this.#database = database;
    this.#artifacts = artifacts;
    this.#checker = checker;
  }

  /** Notifies of every new revision, once it is stored, until the returned function is called. */
  watch(changed: (change: SavedChange) => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  /**
   * Saves a workflow, under the client's id if it has one. Returns it as a `SavedWorkflow`. Throws a Refusal if it is none, or if the
   * id is taken, were it by a deleted one.
   */
  async create(
    title: string,
    document: PackedJson = nothing,
    { id = randomUUID(), reason = "saved" }: Options = {},
  ): Promise<JsonBytes> {
    const assets = await this.#assetsOf(document);
    if (this.has(id)) throw taken(id);
    const counted = this.#get("SELECT count(*) AS count FROM workflows");
    if (Number(counted?.count) >= maxWorkflows)
      throw new Refusal("full", `${maxWorkflows} workflows are saved already.`, "Delete some first.");
    const now = Date.now();
    await this.#artifacts.refer(workflowOwner(id), assets);
    this.#database.transaction(() => {
      // Somebody may have taken it meanwhile.
      if (this.has(id)) throw taken(id);
      this.#run(
        "INSERT INTO workflows (id, title, revision, created, updated) VALUES (?, ?, 0, ?, ?)",
        id,
        title,
        now,
        now,
      );
      this.#addRevision(id, { revision: 1, title, document, time: now, reason });
    });
    this.#announce(id, 1);
    return this.read(id);
  }

  /** A `SavedWorkflow`, as its newest revision. */
  async read(id: string): Promise<JsonBytes> {
    const found = this.#summary(id);
    const { document } = this.#revision(id, found.revision);
    return JsonBytes.of(found, { document: await unpackBytes(document as PackedJson) });
  }

  /** The document of the newest revision. */
  document(id: string): PackedJson {
    const row = this.#get(
      `SELECT document FROM revisions JOIN workflows ON id = workflow AND workflows.revision = revisions.revision
       WHERE id = ? AND deleted IS NULL`,
      id,
    );
    if (!row) throw unknown(id);
    return row.document as PackedJson;
  }

  /** Last changed first; those whose title has `words`. `next` is the `before` of the page after this one. */
  list(
    before: string | undefined,
    limit: number,
    words = "",
  ): { readonly workflows: readonly WorkflowSummary[]; readonly next?: string } {
    const [updated, id] = before === undefined ? [null, null] : splitCursor(before);
    const rows = this.#all(
      `SELECT * FROM workflows WHERE (?1 IS NULL OR (updated, id) < (?1, ?2)) AND deleted IS NULL
       AND instr(folded(title), folded(?4)) > 0 ORDER BY updated DESC, id DESC LIMIT ?3`,
      updated,
      id,
      limit + 1,
      words,
    );
    const workflows = rows.slice(0, limit).map(summary);
    const last = workflows.at(-1);
    return rows.length > limit && last ? { workflows, next: `${last.updated}_${last.id}` } : { workflows };
  }

  /** Saves a change of revision `revision`. Refused if somebody saved another one meanwhile: then nothing changes. */
  async update(
    id: string,
    revision: number,
    title: string,
    document: PackedJson = nothing,
    reason: RevisionReason = "saved",
  ): Promise<JsonBytes> {
    const assets = await this.#assetsOf(document);
    this.#checkRevision(id, revision);
    await this.#artifacts.refer(workflowOwner(id), assets);
    this.#database.transaction(() => {
      this.#checkRevision(id, revision);
      this.#addRevision(id, { revision: revision + 1, title, document, time: Date.now(), reason });
    });
    this.#announce(id, revision + 1);
    return this.read(id);
  }

  /** Newest first. */
  history(id: string): readonly RevisionSummary[] {
    this.#summary(id);
    const rows = this.#all(
      "SELECT revision, title, time, reason FROM revisions WHERE workflow = ? ORDER BY revision DESC",
      id,
    );
    return rows.map(revisionSummary);
  }

  /** A revision with its document, as a `SavedRevision`. */
  async readRevision(id: string, revision: number): Promise<JsonBytes> {
    this.#summary(id);
    const row = this.#revision(id, revision);
    return JsonBytes.of(revisionSummary(row), { document: await unpackBytes(row.document as PackedJson) });
  }

  /** Makes an old revision the newest: as a new one, so that nothing in between is lost. */
  async restore(id: string, revision: number, from: number): Promise<JsonBytes> {
    this.#summary(id);
    const { title, document } = this.#revision(id, from);
    return this.update(id, revision, String(title), document as PackedJson);
  }

  /** Deletes a workflow; until it is purged it can be recovered. */
  remove(id: string): void {
    const { changes } = this.#run("UPDATE workflows SET deleted = ? WHERE id = ? AND deleted IS NULL", Date.now(), id);
    if (changes === 0) throw unknown(id);
  }

  /** Brings back a deleted workflow with its history. One that is not deleted stays as it is. */
  async recover(id: string): Promise<JsonBytes> {
    this.#run("UPDATE workflows SET deleted = NULL WHERE id = ?", id);
    return this.read(id);
  }

  /** Removes for good what was deleted more than 30 days before `now`. */
  async purge(now = Date.now()): Promise<void> {
    const rows = this.#all("SELECT id FROM workflows WHERE deleted < ?", now - keptDeletedMs);
    for (const id of rows.map((row) => String(row.id))) {
      this.#database.transaction(() => {
        this.#run("DELETE FROM workflows WHERE id = ?", id);
        this.#run("DELETE FROM revisions WHERE workflow = ?", id);
      });
      await this.#artifacts.release(workflowOwner(id));
    }
  }

  /** Whether it is kept, though it may be deleted. */
  has(id: string): boolean {
    return this.#get("SELECT 1 FROM workflows WHERE id = ?", id) !== undefined;
  }

  #checkRevision(id: string, revision: number): void {
    const row = this.#get("SELECT revision FROM workflows WHERE id = ? AND deleted IS NULL", id);
    if (!row) throw unknown(id);
    if (row.revision === revision) return;
    const message = `The workflow is at revision ${row.revision}, and the change was made to revision ${revision}.`;
    throw new Refusal("conflict", message, "Read it again and make the change there, or save it as another workflow.");
  }

  #addRevision(id: string, { revision, title, document, time, reason }: NewRevision): void {
    // Of one stretch of editing the newest is enough.
    this.#run(
      "DELETE FROM revisions WHERE workflow = ? AND revision = ? AND reason = 'edit' AND time >= ?",
      id,
      revision - 1,
      time - (time % editMs),
    );
    this.#run(
      "INSERT INTO revisions (workflow, revision, title, document, time, reason) VALUES (?, ?, ?, ?, ?, ?)",
      id,
      revision,
      title,
      document,
      time,
      reason,
    );
    this.#run(
      `DELETE FROM revisions WHERE workflow = ?1 AND revision IN (SELECT revision FROM revisions
       WHERE workflow = ?1 AND (reason = 'saved') = ?2 ORDER BY revision DESC LIMIT -1 OFFSET ?3)`,
      id,
      reason === "saved" ? 1 : 0,
      maxRevisions,
    );
    this.#run("UPDATE workflows SET title = ?, revision = ?, updated = ? WHERE id = ?", title, revision, time, id);
  }

  #summary(id: string): WorkflowSummary {
    const row = this.#get("SELECT * FROM workflows WHERE id = ? AND deleted IS NULL", id);
    if (!row) throw unknown(id);
    return summary(row);
  }

  #announce(id: string, revision: number): void {
    for (const changed of this.#watchers) changed({ id, revision });
  }

  /** The pictures that a workflow names. Throws a Refusal for what is no workflow by its shape; half-wired ones are saved. */
  async #assetsOf(document: PackedJson): Promise<readonly Hash[]> {
    const facts = await this.#checker.inspect(document);
    if ("assets" in facts) return facts.assets;
    throw new Refusal("invalid", "This is no workflow.", "Send a workflow as the editor saves it.", facts.problems);
  }

  #revision(id: string, revision: number): Row {
    const row = this.#get("SELECT * FROM revisions WHERE workflow = ? AND revision = ?", id, revision);
    if (row) return row;
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

type NewRevision = RevisionSummary & { readonly document: PackedJson };

function taken(id: string): Refusal {
  return new Refusal(
    "conflict",
    `There is a workflow ${id} already.`,
    "Change that one, or save this under another id.",
  );
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

function revisionSummary({ revision, title, time, reason }: Row): RevisionSummary {
  return {
    revision: Number(revision),
    title: String(title),
    time: Number(time),
    reason: reason as RevisionReason,
  };
}

function splitCursor(cursor: string): [number, string] {
  const at = cursor.indexOf("_");
  return [Number(cursor.slice(0, at)), cursor.slice(at + 1)];
}
