import type { WorkflowJson } from "@clipwork/engine";
import type {
  AccessReply,
  AddModel,
  CompareItems,
  CompareReply,
  ErrorBody,
  EventsReply,
  ForecastReply,
  Hash,
  ModelJob,
  ModelsReply,
  NodePacksReply,
  NodesReply,
  PacksReply,
  Page,
  Priority,
  QueueReply,
  RevisionReason,
  RevisionSummary,
  RunDetail,
  RunSummary,
  SavedRevision,
  SavedWorkflow,
  SubmitRun,
  TemplatesReply,
  UploadReply,
  VersionReply,
  WorkersReply,
  WorkflowSummary,
} from "@clipwork/server/wire";
import { ServerError } from "./server-error.ts";

/** The server's REST interface, as far as the editor uses it. Every call rejects with a ServerError if it is refused. */
export type Api = {
  access(): Promise<AccessReply>;
  version(): Promise<VersionReply>;
  nodes(): Promise<NodesReply>;
  packs(): Promise<PacksReply>;
  /** The node packs that the server was started with. */
  nodePacks(): Promise<NodePacksReply>;
  templates(): Promise<TemplatesReply>;
  /** Last changed first; `title`: words of their titles; `before` is the `next` of the page before. */
  workflows(query?: { readonly before?: string; readonly title?: string }): Promise<Page<WorkflowSummary>>;
  workflow(id: string): Promise<SavedWorkflow>;
  /** Refused with 409 if there is a workflow of this id. */
  createWorkflow(id: string, change: WorkflowChange): Promise<SavedWorkflow>;
  /** Refused with 409 if `revision` is not the newest. */
  updateWorkflow(id: string, revision: number, change: WorkflowChange): Promise<SavedWorkflow>;
  /** Deletes it, until it is recovered. */
  removeWorkflow(id: string): Promise<void>;
  recoverWorkflow(id: string): Promise<SavedWorkflow>;
  /** The revisions of a workflow, newest first. */
  history(id: string): Promise<{ readonly items: readonly RevisionSummary[] }>;
  revision(id: string, revision: number): Promise<SavedRevision>;
  /** Newest first; `before` is the `next` of the page before; `workflow`: those of a saved one; `state`: all that have ended. */
  runs(query?: {
    readonly before?: string;
    readonly limit?: number;
    readonly workflow?: string;
    readonly state?: "ended";
  }): Promise<Page<RunSummary>>;
  run(id: string): Promise<RunDetail>;
  /** The log of a run after an event, some of it at once. */
  events(id: string, after: number): Promise<EventsReply>;
  compare(items: CompareItems): Promise<CompareReply>;
  submit(run: SubmitRun): Promise<RunDetail>;
  forecast(run: SubmitRun): Promise<ForecastReply>;
  cancel(id: string): Promise<RunDetail>;
  /** Runs the same again, as a run of its own. */
  retryRun(id: string): Promise<RunDetail>;
  /** Puts a waiting run at another place, counted from 0. Refused with 409 if it does not wait. */
  moveRun(id: string, position: number): Promise<RunDetail>;
  prioritizeRun(id: string, priority: Priority): Promise<RunDetail>;
  /** Refused with 409 while it runs. */
  removeRun(id: string): Promise<void>;
  /** Deletes all runs that have ended. */
  removeEnded(): Promise<{ readonly count: number }>;
  /** What runs, and the first `limit` of what waits. */
  queue(limit: number): Promise<QueueReply>;
  /** Who carries out runs. */
  workers(): Promise<WorkersReply>;
  pauseQueue(paused: boolean): Promise<QueueReply>;
  /** Cancels all runs that wait. */
  cancelWaiting(): Promise<{ readonly count: number }>;
  upload(bytes: Blob): Promise<UploadReply>;
  /** The JSON that an artifact holds. */
  artifact(hash: Hash): Promise<unknown>;
  /** The installed model packs, downloads that are not whole, and jobs. */
  models(): Promise<ModelsReply>;
  modelJobs(): Promise<Pick<ModelsReply, "jobs">>;
  /** Begins a job that adds a checkpoint of the hub. */
  addModel(model: AddModel): Promise<ModelJob>;
  acceptLicence(job: string): Promise<ModelJob>;
  cancelModelJob(job: string): Promise<ModelJob>;
  forgetModelJob(job: string): Promise<void>;
  discardDownload(id: string): Promise<void>;
  verifyPack(name: string): Promise<ModelJob>;
  /** Removes a pack, even if its weights are nowhere else. */
  removePack(name: string): Promise<void>;
};

/** A new revision of a saved workflow. */
export type WorkflowChange = {
  readonly title: string;
  readonly document: WorkflowJson;
  readonly reason: RevisionReason;
};

const part = encodeURIComponent;

/** The interface of the server at `origin` ("" for the page's own), asked through `fetch`. */
export function createApi(fetch: typeof globalThis.fetch, origin = ""): Api {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await answer(fetch, `${origin}/api/v1${path}`, { method, ...bodyOf(body) });
    if (response.status === 204) return undefined as T;
    if (response.ok) return (await response.json()) as T;
    const said = (await response.json().catch(() => undefined)) as Partial<ErrorBody> | undefined;
    throw new ServerError({
      status: response.status,
      detail: said?.detail ?? said?.title ?? `The server answered ${response.status}.`,
      remedy: said?.remedy ?? "Try again; if it stays so, look at the server's log.",
      ...(said?.problems ? { problems: said.problems } : {}),
    });
  }
  return {
    access: () => call("GET", "/access"),
    nodes: () => call("GET", "/nodes"),
    packs: () => call("GET", "/packs"),
    templates: () => call("GET", "/templates"),
    workflows: (query = {}) => call("GET", `/workflows?${wordsOf(query)}`),
    workflow: (id) => call("GET", `/workflows/${part(id)}`),
    createWorkflow: (id, change) => call("POST", "/workflows", { id, ...change }),
    updateWorkflow: (id, revision, change) => call("PUT", `/workflows/${part(id)}`, { revision, ...change }),
    removeWorkflow: (id) => call("DELETE", `/workflows/${part(id)}`),
    recoverWorkflow: (id) => call("POST", `/workflows/${part(id)}/recover`),
    history: (id) => call("GET", `/workflows/${part(id)}/history`),
    revision: (id, revision) => call("GET", `/workflows/${part(id)}/revisions/${revision}`),
    runs: (query = {}) => call("GET", `/runs?${wordsOf(query)}`),
    workers: () => call("GET", "/workers"),
    nodePacks: () => call("GET", "/node-packs"),
    version: () => call("GET", "/version"),
    run: (id) => call("GET", `/runs/${part(id)}`),
    events: (id, after) => call("GET", `/runs/${part(id)}/events?after=${after}`),
    compare: (items) => call("POST", "/runs/compare", items),
    submit: (run) => call("POST", "/runs", run),
    forecast: (run) => call("POST", "/forecast", run),
    cancel: (id) => call("POST", `/runs/${part(id)}/cancel`),
    retryRun: (id) => call("POST", `/runs/${part(id)}/retry`),
    moveRun: (id, position) => call("PATCH", `/runs/${part(id)}`, { position }),
    prioritizeRun: (id, priority) => call("PATCH", `/runs/${part(id)}`, { priority }),
    removeRun: (id) => call("DELETE", `/runs/${part(id)}`),
    removeEnded: () => call("DELETE", "/runs"),
    queue: (limit) => call("GET", `/queue?limit=${limit}`),
    pauseQueue: (paused) => call("PATCH", "/queue", { paused }),
    cancelWaiting: () => call("POST", "/queue/cancel"),
    upload: (bytes) =>
      call<UploadReply>("POST", "/uploads", bytes).catch((error) => Promise.reject(byName(error, bytes))),
    artifact: (hash) => call("GET", `/artifacts/${part(hash)}`),
    models: () => call("GET", "/models"),
    modelJobs: () => call("GET", "/models/jobs"),
    addModel: (model) => call("POST", "/models/jobs", model),
    acceptLicence: (job) => call("POST", `/models/jobs/${part(job)}/accept`),
    cancelModelJob: (job) => call("POST", `/models/jobs/${part(job)}/cancel`),
    forgetModelJob: (job) => call("DELETE", `/models/jobs/${part(job)}`),
    discardDownload: (id) => call("DELETE", `/models/downloads/${part(id)}`),
    verifyPack: (name) => call("POST", `/packs/${part(name)}/verify`),
    removePack: (name) => call("DELETE", `/packs/${part(name)}?force=true`),
  };
}

function wordsOf(query: { readonly [name: string]: unknown }): string {
  return Object.entries(query)
    .map(([name, value]) => `${name}=${part(String(value))}`)
    .join("&");
}

/** The media types of files that the server takes by name; what any other file is, it finds out by its bytes. */
const takenTypes = /^image\/(png|jpeg|webp|gif|tiff)$/;

/** A refusal of a file that speaks of it by its name, as the user knows it. */
function byName(error: unknown, file: Blob): unknown {
  if (!(error instanceof ServerError) || !(file instanceof File) || ![400, 413, 415, 422].includes(error.status))
    return error;
  const { message, remedy, status, problems } = error;
  const detail = message.startsWith("The file ")
    ? message.replace("The file", () => file.name)
    : `${file.name}: ${message}`;
  return new ServerError({ status, detail, remedy, ...(problems.length > 0 && { problems }) });
}

function bodyOf(body: unknown): Pick<RequestInit, "body" | "headers"> {
  if (body === undefined) return {};
  if (body instanceof Blob)
    return { body, headers: { "content-type": takenTypes.test(body.type) ? body.type : "application/octet-stream" } };
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

async function answer(fetch: typeof globalThis.fetch, address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch {
    throw new ServerError({
      status: 0,
      detail: "The server does not answer.",
      remedy: "Look whether Clipwork still runs, then try again. Your work is kept in this browser.",
    });
  }
}
