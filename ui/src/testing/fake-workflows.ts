import type { WorkflowJson } from "@clipwork/engine";
import type { RevisionReason, RevisionSummary, SavedChange, SavedWorkflow } from "@clipwork/server/wire";
import type { Api } from "../server/api.ts";
import { readable, refuse } from "./refuse.ts";

type Kept = {
  readonly saved: SavedWorkflow;
  readonly revisions: (RevisionSummary & { readonly document: WorkflowJson })[];
  deleted: boolean;
};
type Calls = Pick<
  Api,
  | ("workflows" | "workflow" | "createWorkflow" | "updateWorkflow" | "removeWorkflow" | "recoverWorkflow")
  | ("history" | "revision")
>;

type World = {
  /** The next moment, in milliseconds. */
  tick(): number;
  /** A workflow has a new revision. */
  changed(change: SavedChange): void;
};

/** The saved workflows of a server in memory, with all of their revisions. */
export class FakeWorkflows {
  readonly #workflows = new Map<string, Kept>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  readonly api: Calls = {
    workflows: async ({ title = "" } = {}) => ({
      items: [...this.#workflows.values()]
        .filter(({ deleted, saved }) => !deleted && saved.title.toLowerCase().includes(title.toLowerCase()))
        .map(({ saved: { document: _, ...summary } }) => summary)
        .sort((a, b) => b.updated - a.updated),
    }),
    workflow: async (id) => this.#saved(id).saved,
    createWorkflow: async (id, { title, document, reason }) => {
      readable(document);
      if (this.#workflows.has(id)) refuse(409, "There is a workflow of this id.");
      const time = this.#world.tick();
      return this.#keep({ id, title, document, revision: 1, created: time, updated: time }, reason);
    },
    updateWorkflow: async (id, revision, { title, document, reason }) => {
      readable(document);
      const before = this.#saved(id).saved;
      if (revision !== before.revision)
        refuse(409, `It has revision ${before.revision}, but you changed revision ${revision}.`);
      return this.#keep({ ...before, title, document, revision: revision + 1, updated: this.#world.tick() }, reason);
    },
    removeWorkflow: async (id) => {
      this.#saved(id).deleted = true;
    },
    recoverWorkflow: async (id) => {
      const kept = this.#workflows.get(id) ?? refuse(404, "There is no such workflow.");
      kept.deleted = false;
      return kept.saved;
    },
    history: async (id) => ({
      items: this.#saved(id)
        .revisions.map(({ document: _, ...summary }) => summary)
        .toReversed(),
    }),
    revision: async (id, revision) =>
      this.#saved(id).revisions.find((one) => one.revision === revision) ?? refuse(404, "There is no such revision."),
  };

  /** Removes a workflow for good. */
  forget(id: string): void {
    this.#workflows.delete(id);
  }

  /** Somebody else saves the workflow. */
  saveElsewhere(id: string, document?: WorkflowJson): void {
    const before = this.#saved(id).saved;
    const changed = document ?? { ...before.document, meta: { ...before.document.meta, description: "elsewhere" } };
    this.#keep({ ...before, revision: before.revision + 1, document: changed });
  }

  #saved(id: string): Kept {
    const kept = this.#workflows.get(id);
    return kept && !kept.deleted ? kept : refuse(404, "There is no such workflow.");
  }

  #keep(saved: SavedWorkflow, reason: RevisionReason = "saved"): SavedWorkflow {
    const { revision, title, document } = saved;
    const revisions = this.#workflows.get(saved.id)?.revisions ?? [];
    revisions.push({ revision, title, time: saved.updated, reason, document });
    this.#workflows.set(saved.id, { saved, revisions, deleted: false });
    this.#world.changed({ id: saved.id, revision });
    return saved;
  }
}
