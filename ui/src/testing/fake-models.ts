import type { InstalledPack, ModelJob, ModelsReply, NodePackJson, WorkerJson } from "@clipwork/server/wire";
import type { Api } from "../server/api.ts";

type Calls = Pick<
  Api,
  | (
      | "models"
      | "workers"
      | "nodePacks"
      | "modelJobs"
      | "addModel"
      | "acceptLicence"
      | "cancelModelJob"
      | "forgetModelJob"
    )
  | ("discardDownload" | "verifyPack" | "removePack")
>;

/** A pack as a server lists it. */
export const karlo: InstalledPack = {
  name: "karlo",
  title: "unCLIP",
  licence: "creativeml-openrail-m",
  folder: "/data/packs/karlo",
  bytes: 13.7e9,
  own: 13.7e9,
  removable: true,
  stages: [
    { stage: "clip-text", role: "text-encoder", bytes: 0.5e9 },
    { stage: "prior", role: "prior", bytes: 4.1e9 },
  ],
  spaces: [{ name: "clip", dimension: 768 }],
  origin: {
    from: "https://huggingface.co/kakaobrain/karlo",
    revision: "a".repeat(40),
    accepted: "2026-11-26T12:00:00Z",
  },
};

/** What a server in memory knows of packs. A job goes on when the test says so. */
export class FakeModels {
  /** Who carries out runs. */
  workers: readonly WorkerJson[] = [
    {
      ...{ id: "own", name: "host", pid: 7, version: "1.0.0", provider: "cpu", memory: 8 * 2 ** 30 },
      ...{ packs: [{ name: "toybox" }], state: "idle", runs: [], since: 0, heard: 0 },
    },
  ];
  nodePacks: readonly NodePackJson[] = [];
  now: ModelsReply = {
    packs: [{ ...karlo, name: "toybox", title: "Toybox", removable: false, own: 0 }],
    downloads: [],
    jobs: [],
    hub: { endpoint: "https://huggingface.co", token: false, offline: false },
    free: 120e9,
  };
  readonly api: Calls;
  #count = 0;

  /** `refuse` throws as the server answers. */
  constructor(refuse: (status: number, detail: string) => never) {
    const find = (id: string) => this.now.jobs.find((job) => job.id === id) ?? refuse(404, "There is no such job.");
    const begin = (job: Omit<ModelJob, "id" | "state">): ModelJob => {
      const begun: ModelJob = { id: `job-${++this.#count}`, state: "working", ...job };
      this.now = { ...this.now, jobs: [begun, ...this.now.jobs] };
      return begun;
    };
    this.api = {
      models: async () => this.now,
      workers: async () => ({ workers: this.workers }),
      nodePacks: async () => ({ packs: this.nodePacks }),
      modelJobs: async () => ({ jobs: this.now.jobs }),
      addModel: async ({ source, ...choices }) => {
        if (!source.includes("/")) refuse(422, `"${source}" is no repository of a hub.`);
        this.now = { ...this.now, downloads: this.now.downloads.filter((one) => one.source !== source) };
        return begin({ kind: "add", subject: source, doing: "looking", ...choices });
      },
      acceptLicence: async (id) => this.change(find(id).id, { state: "working", doing: "downloading" }),
      cancelModelJob: async (id) => this.change(find(id).id, { state: "cancelled", doing: "" }),
      forgetModelJob: async (id) => {
        const { id: gone } = find(id);
        this.now = { ...this.now, jobs: this.now.jobs.filter((job) => job.id !== gone) };
      },
      discardDownload: async (id) => {
        this.now = { ...this.now, downloads: this.now.downloads.filter((one) => one.id !== id) };
      },
      verifyPack: async (name) => begin({ kind: "verify", subject: name, doing: "" }),
      removePack: async (name) => {
        if (!this.now.packs.some((pack) => pack.name === name)) refuse(404, `There is no model pack "${name}".`);
        this.now = { ...this.now, packs: this.now.packs.filter((pack) => pack.name !== name) };
      },
    };
  }

  /** Something happens to a job. */
  change(id: string, change: Partial<ModelJob>): ModelJob {
    this.now = { ...this.now, jobs: this.now.jobs.map((job) => (job.id === id ? { ...job, ...change } : job)) };
    return this.now.jobs.find((job) => job.id === id)!;
  }
}
