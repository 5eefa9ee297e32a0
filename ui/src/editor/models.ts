import type { ModelChoices, ModelJob, ModelsReply, UnfinishedDownload } from "@clipwork/server/wire";
import type { Api } from "../server/api.ts";
import { ServerError } from "../server/server-error.ts";
import type { Messages } from "./messages.ts";
import type { Offer } from "./offer.ts";
import type { Clock } from "./ports.ts";
import type { Screen } from "./screen.ts";
import { createStore, type Readable } from "./store.ts";

/** The server's model packs, as far as they are known: nothing until they are loaded. */
export type ModelsState = {
  readonly now?: ModelsReply;
  /** Why the last checkpoint that was to be added is not. */
  readonly refused?: { readonly message: string; readonly remedy: string };
};

/** Model packs of the server, and what is done about them. Failures are reported in a message. */
export type Models = Readable<ModelsState> & {
  /** Asks the server, and then again as long as a job is under way. */
  load(): Promise<void>;
  /** Begins to add a checkpoint of the hub; false if it is refused, which `refused` explains. */
  add(source: string, choices?: ModelChoices): Promise<boolean>;
  /** Begins once more what failed, with the same choices. */
  again(job: ModelJob): Promise<void>;
  /** Goes on with a download that broke off, with the same choices. */
  resume(download: UnfinishedDownload): Promise<boolean>;
  discard(download: UnfinishedDownload): Promise<void>;
  accept(job: ModelJob): Promise<void>;
  cancel(job: ModelJob): Promise<void>;
  /** Takes an ended job off the list. */
  forget(job: ModelJob): Promise<void>;
  verify(name: string): Promise<void>;
  /** Removes a pack, with weights that are nowhere else too: the user was asked. */
  remove(name: string): Promise<void>;
};

/** The id of the dialog that shows the jobs. */
export const modelsDialog = "models";

/** Between two looks at the jobs, in milliseconds. */
const everyMs = 500;

export const isLive = ({ state }: ModelJob): boolean => state === "working" || state === "asking";

/** What was chosen when something was added. */
const choicesOf = ({ name, variant, for: like, weights, sha256 }: ModelChoices): ModelChoices => ({
  ...(name && { name }),
  ...(variant && { variant }),
  ...(like && { for: like }),
  ...(weights && { weights }),
  ...(sha256 && { sha256 }),
});

export function createModels({
  api,
  clock,
  offer,
  messages,
  screen,
}: {
  readonly api: Api;
  readonly clock: Clock;
  readonly offer: Offer;
  readonly messages: Messages;
  readonly screen: Pick<Screen, "get">;
}): Models {
  const { get, set, listen } = createStore<ModelsState>({});
  let waiting = false;

  /** Does something and looks at what came of it; false, with a message, if that was refused. */
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      messages.fail(error);
      return false;
    } finally {
      await load();
    }
  }

  async function load(): Promise<void> {
    try {
      const now = await api.models();
      set((state) => ({ ...state, now }));
      watch();
    } catch (error) {
      messages.fail(error);
    }
  }

  /** Looks at the jobs after a while, unless that is to come already. */
  function watch(): void {
    if (waiting || !get().now?.jobs.some(isLive)) return;
    waiting = true;
    clock.after(everyMs, () => {
      waiting = false;
      void look();
    });
  }

  async function look(): Promise<void> {
    const before = get().now;
    try {
      const { jobs } = await api.modelJobs();
      const ended = jobs.filter(
        (job) => !isLive(job) && before?.jobs.some(({ id, state }) => id === job.id && state !== job.state),
      );
      if (before) set((state) => ({ ...state, now: { ...before, jobs } }));
      for (const job of ended) tell(job);
      if (ended.length > 0) {
        await load();
        await offer.loadPacks();
      }
      watch();
    } catch (error) {
      messages.fail(error);
    }
  }

  function tell({ kind, state, subject, pack, error }: ModelJob): void {
    if (state === "finished") messages.say(kind === "add" ? `${pack} is installed.` : `${subject} is whole.`);
    // In the open dialog the job's own card says it.
    if (error && screen.get().dialog !== modelsDialog)
      messages.say(error.message, { tone: "error", more: error.remedy });
  }

  const add: Models["add"] = async (source, choices = {}) => {
    set(({ refused: _, ...now }) => now);
    try {
      await api.addModel({ source, ...choices });
      return true;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const { message, remedy } = error;
      set((now) => ({ ...now, refused: { message, remedy } }));
      return false;
    } finally {
      await load();
    }
  };
  return {
    get,
    listen,
    load,
    add,
    async again(job) {
      if (await add(job.subject, choicesOf(job))) await attempt(() => api.forgetModelJob(job.id));
    },
    resume: (download) => add(download.source, choicesOf(download)),
    discard: async ({ id }) => void (await attempt(() => api.discardDownload(id))),
    accept: async ({ id }) => void (await attempt(() => api.acceptLicence(id))),
    cancel: async ({ id }) => {
      await attempt(() => api.cancelModelJob(id));
      // Its process lets go of the download a moment later.
      clock.after(everyMs, () => void load());
    },
    forget: async ({ id }) => void (await attempt(() => api.forgetModelJob(id))),
    verify: async (name) => void (await attempt(() => api.verifyPack(name))),
    remove: async (name) => {
      if (await attempt(() => api.removePack(name))) messages.say(`${name} is removed.`);
      await offer.loadPacks().catch(messages.fail);
    },
  };
}
