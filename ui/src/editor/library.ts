import type { WorkflowJson } from "@clipwork/engine";
import type { Hash, RevisionSummary, RunSummary, WorkflowSummary } from "@clipwork/server/wire";
import { setTitle } from "../document/edit.ts";
import type { Api } from "../server/api.ts";
import type { Autosave } from "./autosave.ts";
import type { Files } from "./files.ts";
import type { Messages } from "./messages.ts";
import type { BrowserPort } from "./ports.ts";
import type { Compared } from "./screen.ts";
import type { Tabs } from "./tabs.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** A revision of a document with the picture of the newest run that was made of it. */
export type Version = RevisionSummary & {
  readonly thumbnail?: Hash;
  /** The picture itself, and what made it. */
  readonly made?: Omit<Compared, "title">;
};

/** The documents that the server keeps. Failures are reported in a message; then the answer is undefined or false. */
export type Library = {
  /** Those whose titles have the words, last changed first, from the `next` of the page before on. */
  list(
    words: string,
    before?: string,
  ): Promise<{ readonly items: readonly WorkflowSummary[]; readonly next?: string } | undefined>;
  /** The picture of the newest run of a document that has one. */
  picture(id: string): Promise<Hash | undefined>;
  rename(id: string, title: string): Promise<boolean>;
  /** Makes a copy under a title that says so. */
  duplicate(id: string): Promise<boolean>;
  /** Deletes a document and closes its tab, with a message that takes it back. `changed` is called when it is back. */
  remove(document: Pick<WorkflowSummary, "id" | "title">, changed: () => void): Promise<boolean>;
  /** The versions of a document, newest first. */
  versions(id: string): Promise<readonly Version[] | undefined>;
  version(id: string, revision: number): Promise<WorkflowJson | undefined>;
  /** Opens the document with an earlier version in its place, as a step that can be undone. */
  restore(id: string, earlier: WorkflowJson): Promise<void>;
};

/** Runs of a document that are asked for pictures. */
const runsAsked = 100;

type Needs = {
  readonly api: Api;
  readonly tabs: Tabs;
  readonly workflow: OpenWorkflow;
  readonly autosave: Autosave;
  readonly files: Files;
  readonly messages: Messages;
  readonly browser: Pick<BrowserPort, "newName">;
};

export function createLibrary({ api, tabs, workflow, autosave, files, messages, browser }: Needs): Library {
  async function tried<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      messages.fail(error);
      return undefined;
    }
  }

  return {
    list: (title, before) => tried(() => api.workflows({ title, ...(before === undefined ? {} : { before }) })),
    picture: async (id) => {
      const page = await tried(() => api.runs({ workflow: id, limit: 8 }));
      return page?.items.map(thumbnailOf).find((hash) => hash !== undefined);
    },
    rename: async (id, title) =>
      (await tried(async () => {
        const tab = tabs.find(id);
        if (tab) {
          tabs.replace(id, setTitle(tab.history.present, title), tab.saved ?? { revision: 0 });
          return await autosave.send(id, "edit");
        }
        const { document, revision } = await api.workflow(id);
        await api.updateWorkflow(id, revision, { title, document: setTitle(document, title), reason: "edit" });
        return true;
      })) ?? false,
    duplicate: async (id) =>
      (await tried(async () => {
        if (tabs.find(id)) await autosave.send(id, "edit");
        const { document, title: before } = await api.workflow(id);
        const title = `${before} (copy)`;
        await api.createWorkflow(browser.newName(), { title, document: setTitle(document, title), reason: "saved" });
        return true;
      })) ?? false,
    remove: async ({ id, title }, changed) =>
      (await tried(async () => {
        if (tabs.find(id)) await autosave.send(id, "edit");
        await api.removeWorkflow(id);
        tabs.remove(id);
        const run = () => void tried(() => api.recoverWorkflow(id)).then(changed);
        messages.say(`Deleted “${title}”.`, {
          more: "It can be brought back for 30 days.",
          action: { label: "Undo", run },
        });
        return true;
      })) ?? false,
    versions: (id) =>
      tried(async () => {
        if (tabs.find(id)) await autosave.trySend(id, "edit");
        const [{ items }, runs] = await Promise.all([api.history(id), api.runs({ workflow: id, limit: runsAsked })]);
        return items.map((revision, i) =>
          withPicture(revision, items[i - 1]?.time ?? Number.POSITIVE_INFINITY, runs.items),
        );
      }),
    version: (id, revision) => tried(async () => (await api.revision(id, revision)).document),
    async restore(id, earlier) {
      await files.openSaved(id);
      if (workflow.get().id === id) workflow.editWhole(() => earlier);
    },
  };
}

/** The revision with the newest picture that was made before the next one was kept. */
function withPicture(revision: RevisionSummary, until: number, runs: readonly RunSummary[]): Version {
  const made = runs.filter(({ created }) => created >= revision.time && created < until);
  const thumbnail = made.map(thumbnailOf).find((hash) => hash !== undefined);
  if (thumbnail === undefined) return revision;
  const [first] = made.flatMap(({ id: run, outputs }) =>
    outputs.flatMap(({ node, item, picture }) => (picture === undefined ? [] : [{ run, node, item, picture }])),
  );
  return { ...revision, thumbnail, ...(first ? { made: first } : {}) };
}

function thumbnailOf({ outputs }: RunSummary): Hash | undefined {
  return outputs.find(({ thumbnail }) => thumbnail)?.thumbnail;
}
