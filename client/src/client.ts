import type { Problem, RunEvent } from "@clipwork/engine";
import createFetch, { type Client as FetchClient } from "openapi-fetch";
import { io } from "socket.io-client";
import { closedError, follower } from "./follow.ts";
import {
  ClipworkError,
  eventStream,
  failureOf,
  inNodeOrder,
  type Output,
  type OutputFile,
  picturesOf,
  type Run,
  RunFailed,
  type RunOptions,
  type RunResult,
} from "./runs.ts";
import type { components, paths } from "./schema.ts";

export type ClientOptions = {
  /** What the server asks of those who come from other machines. One in the address, as the server prints it, counts as well. */
  readonly token?: string;
  /** Asks in place of the platform's own `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
};

/** A server, seen from a program. */
export type Client = {
  /**
   * Every route of the API by its path, with types: `client.api.GET("/runs/{id}", { params: { path: { id } } })`. What the server refuses
   * rejects with RequestRefused.
   */
  readonly api: FetchClient<paths>;
  /** Runs a workflow there: a document as JSON has it, or a saved one by its id. */
  run(workflow: string | object, options?: RunOptions): Run;
  /** Ends the connection for events. Runs go on; those that were followed reject. */
  close(): void;
};

/** Why a server does not do what it was asked, or why there was no answer. */
export class RequestRefused extends ClipworkError {
  override readonly name = "RequestRefused";
  /** The status of HTTP; 0 if nobody answered. */
  readonly status: number;

  constructor(status: number, problems: readonly Problem[]) {
    super(problems);
    this.status = status;
  }
}

/**
 * A client of the server at that address, which may have a base path and a token. In a browser the server answers pages of its own alone.
 * Throws TypeError if it is no address.
 */
export function createClient(address: string | URL, options: ClientOptions = {}): Client {
  const url = new URL(address);
  const token = options.token ?? url.searchParams.get("token");
  const base = url.pathname.replace(/\/$/, "");
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const api = createFetch<paths>({
    baseUrl: `${url.origin}${base}/api/v1`,
    headers,
    // A redirect would take the token along to wherever it leads.
    redirect: "error",
    ...(options.fetch && { fetch: options.fetch }),
  });
  api.use({
    async onResponse({ response }) {
      if (!response.ok) throw await refusal(response);
    },
    onError({ error }) {
      return new RequestRefused(0, [
        problem(`${url.origin} does not answer: ${error}`, "Look whether the server runs."),
      ]);
    },
  });
  const socket = io(url.origin, {
    path: `${base}/socket.io`,
    transports: ["websocket"],
    extraHeaders: headers,
    autoConnect: false,
    forceNew: true,
  });
  const follow = follower(socket);
  return {
    api,
    run(workflow, { signal, ...asked } = {}) {
      const own = new AbortController();
      const stop = signal ? AbortSignal.any([own.signal, signal]) : own.signal;
      const { events, add, close } = eventStream();
      const result = runThere(api, follow, workflow, { ...asked, signal: stop, hear: add });
      // The events end however the run ends; whoever awaits the result learns how.
      result.then(close, close);
      return { events, result, cancel: () => own.abort() };
    },
    close: () => follow.close(),
  };
}

type There = Omit<RunOptions, "signal"> & {
  readonly signal: AbortSignal;
  readonly hear: (event: RunEvent) => void;
};

async function runThere(
  api: FetchClient<paths>,
  follow: ReturnType<typeof follower>,
  workflow: string | object,
  { signal, hear, ...asked }: There,
): Promise<RunResult> {
  if (follow.isClosed()) throw closedError();
  if (signal.aborted) throw new RunFailed("cancelled", [], []);
  const what = typeof workflow === "string" ? { workflow } : { document: workflow };
  const submitted = api.POST("/runs", { body: { ...what, ...writable(asked) } }).then(({ data }) => data!);
  // A run that cannot be cancelled goes on, and its end is heard as that of any other.
  const cancelRun = (id: string) => void api.POST("/runs/{id}/cancel", { params: { path: { id } } }).catch(() => {});
  const { id, warnings } = await unlessAborted(submitted, signal, (taken) => cancelRun(taken.id));
  const params = { path: { id } };
  const cancel = () => cancelRun(id);
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  const failures: Problem[] = [];
  try {
    const end = await follow.until(id, (event) => {
      if (event.event === "node.failed") failures.push(failureOf(event));
      hear(event);
    });
    const detail = (await api.GET("/runs/{id}", { params })).data!;
    const counts = countItems(detail.outputs);
    const outputs = inNodeOrder(detail.outputs, detail.document).map((output) =>
      readOutput(api, id, output, counts.get(output.node)!),
    );
    if (end.event !== "run.finished")
      throw new RunFailed(end.event === "run.failed" ? "failed" : "cancelled", failures, outputs);
    const { executed, cached, ms } = end;
    return { outputs, pictures: picturesOf(outputs), executed, cached, ms, warnings };
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/**
 * What the server answers, unless the signal aborts: a server that checks for long holds up nobody who cancels, and what it takes after that
 * is undone.
 */
async function unlessAborted<T>(submitted: Promise<T>, signal: AbortSignal, undo: (taken: T) => void): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => {
    reject(new RunFailed("cancelled", [], []));
    // What it refuses needs no undoing.
    submitted.then(undo, () => {});
  };
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([submitted, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Without what was not given, and with lists that the types of the body may change. */
function writable({ set, targets, fresh }: Omit<RunOptions, "signal">) {
  // Of a run whose id never came nobody could say that it was wanted.
  return {
    ...{ cancelIfGone: true, ...(set && { set }) },
    ...(targets && { targets: [...targets] }),
    ...(fresh !== undefined && { fresh }),
  };
}

type OutputJson = components["schemas"]["RunOutput"];

/** How many items each output has, by its node. */
function countItems(outputs: readonly OutputJson[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { node, item } of outputs) counts.set(node, Math.max(counts.get(node) ?? 0, item + 1));
  return counts;
}

function readOutput(api: FetchClient<paths>, run: string, output: OutputJson, items: number): Output {
  const { node, item, kind, picture: png } = output;
  // As `clipwork run` names the files of a batch.
  const number = items > 1 ? `-${String(item).padStart(String(items - 1).length, "0")}` : "";
  const name = `${output.name}${number}`;
  const files = output.files.map(({ ending, media, hash, bytes: size = 0 }): OutputFile => {
    const params = { path: { id: run, hash } };
    return {
      ...{ name: `${name}${ending}`, media, size },
      async bytes() {
        const { data } = await api.GET("/runs/{id}/files/{hash}", { params, parseAs: "arrayBuffer" });
        return new Uint8Array(data as unknown as ArrayBuffer);
      },
    };
  });
  const picture = files[output.files.findIndex(({ hash }) => hash === png)];
  return { node, item, kind, files, ...(picture && { picture }) };
}

async function refusal(response: Response): Promise<RequestRefused> {
  const said = (await response.json().catch(() => ({}))) as Partial<components["schemas"]["Error"]>;
  const detail = said.detail ?? `The server answered ${response.status}.`;
  const remedy = said.remedy ?? "Look whether a Clipwork server has this address.";
  return new RequestRefused(response.status, said.problems?.length ? said.problems : [problem(detail, remedy)]);
}

function problem(message: string, remedy: string): Problem {
  return { code: "refused", severity: "error", message, remedy };
}
