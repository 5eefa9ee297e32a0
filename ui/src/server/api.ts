import type { WorkflowJson } from "@clipwork/engine";
import type {
  ErrorBody,
  EventsReply,
  ForecastReply,
  Hash,
  NodesReply,
  PacksReply,
  Page,
  RunDetail,
  RunState,
  RunSummary,
  SavedWorkflow,
  SubmitRun,
  TemplatesReply,
  UploadReply,
  WorkflowSummary,
} from "@clipwork/server/wire";

/** What the server answered instead of what was asked for, or that it did not answer. */
export class ServerError extends Error {
  readonly remedy: string;
  readonly status: number;
  readonly problems: NonNullable<ErrorBody["problems"]>;
  constructor(body: Pick<ErrorBody, "detail" | "remedy" | "status" | "problems">) {
    super(body.detail);
    this.remedy = body.remedy;
    this.status = body.status;
    this.problems = body.problems ?? [];
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const json = body !== undefined && !(body instanceof Blob);
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as Blob) }),
      ...(body === undefined
        ? {}
        : {
            headers: { "content-type": json ? "application/json" : (body as Blob).type || "application/octet-stream" },
          }),
    });
  } catch {
    throw new ServerError({
      status: 0,
      detail: "The server does not answer.",
      remedy: "Look whether `npm start` still runs, then try again. Your work is kept in this browser.",
    });
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const said = (await response.json().catch(() => undefined)) as Partial<ErrorBody> | undefined;
  throw new ServerError({
    status: response.status,
    detail: said?.detail ?? said?.title ?? `The server answered ${response.status}.`,
    remedy: said?.remedy ?? "Try again; if it stays so, look at the server's log.",
    ...(said?.problems ? { problems: said.problems } : {}),
  });
}

const part = encodeURIComponent;

/** The server's REST interface. Every call throws a ServerError when it does not do what was asked. */
export const api = {
  nodes: () => call<NodesReply>("GET", "/nodes"),
  packs: () => call<PacksReply>("GET", "/packs"),
  templates: () => call<TemplatesReply>("GET", "/templates"),
  workflows: () => call<Page<WorkflowSummary>>("GET", "/workflows"),
  workflow: (id: string) => call<SavedWorkflow>("GET", `/workflows/${part(id)}`),
  createWorkflow: (title: string, document: WorkflowJson) =>
    call<SavedWorkflow>("POST", "/workflows", { title, document }),
  updateWorkflow: (id: string, revision: number, title: string, document: WorkflowJson) =>
    call<SavedWorkflow>("PUT", `/workflows/${part(id)}`, { revision, title, document }),
  runs: (query: { state?: RunState; before?: string; limit?: number } = {}) => {
    const words = Object.entries(query).map(([key, value]) => `${key}=${part(String(value))}`);
    return call<Page<RunSummary>>("GET", `/runs?${words.join("&")}`);
  },
  run: (id: string) => call<RunDetail>("GET", `/runs/${part(id)}`),
  events: (id: string, after: number) => call<EventsReply>("GET", `/runs/${part(id)}/events?after=${after}`),
  submit: (run: SubmitRun) => call<RunDetail>("POST", "/runs", run),
  forecast: (run: SubmitRun) => call<ForecastReply>("POST", "/forecast", run),
  cancel: (id: string) => call<RunDetail>("POST", `/runs/${part(id)}/cancel`),
  upload: (bytes: Blob) => call<UploadReply>("POST", "/uploads", bytes),
};

/** Where an artifact's bytes are. */
export function artifact(hash: Hash): string {
  return `/api/v1/artifacts/${hash}`;
}
