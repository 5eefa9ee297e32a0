import { parentPort, workerData } from "node:worker_threads";
import { Tensor as OrtTensor } from "onnxruntime-node";
import { PackError } from "../fields/pack-error.ts";
import { rowsOf } from "../runner/rows.ts";
import type { Loading } from "../runner/runner.ts";
import type { Tensor, Tensors } from "../runner/tensor.ts";
import { checkOutputs, graphFeeds } from "./check-feeds.ts";
import { orCpu } from "./device-trouble.ts";
import type { Cancel, Report, Request, Response, StagePath, ThreadOptions } from "./protocol.ts";
import { type LoadedSession, SessionCache } from "./session-cache.ts";

// The thread that owns the ONNX sessions: a run blocks its event loop, and ending it inside a run aborts the process.

const port = parentPort!;
// A failed run is reported as data; the runtime need not print it as well.
const runOptions = { logSeverityLevel: 4 } as const;
const options = workerData as ThreadOptions;
const cache = new SessionCache(options);

/** Ends the loading of the request in progress. */
let loading = new AbortController();
const watch = () => ({
  signal: loading.signal,
  onLoad: (loading: Loading) => port.postMessage({ kind: "loading", loading } satisfies Report),
});

async function runStage(at: StagePath, feeds: Tensors): Promise<Tensors> {
  const work = async ({ info, session }: LoadedSession) => {
    const inputs = graphFeeds(feeds, info.inputs, at).map(
      ([name, { shape, data }]) => [name, toOrt(data, shape)] as const,
    );
    return session.run(Object.fromEntries(inputs), runOptions).catch((error: Error) => {
      const message = `The stage "${at.stage}" of pack "${at.pack}" failed: ${error.message}`;
      const remedy = `Try fewer rows or a smaller picture; if it fails again, export the pack again${orCpu(options.provider)}.`;
      throw new PackError(message, remedy);
    });
  };
  const outputs = await cache.use(at, work, watch());
  const tensors = Object.fromEntries(
    Object.entries(outputs).map(([name, { data, dims }]): [string, Tensor] => [
      name,
      { shape: dims, data: data as Float32Array },
    ]),
  );
  checkOutputs(tensors, rowsOf(feeds), at);
  return tensors;
}

function toOrt(data: Tensor["data"], shape: readonly number[]): OrtTensor {
  return data instanceof Int32Array ? new OrtTensor("int32", data, shape) : new OrtTensor("float32", data, shape);
}

async function answer(request: Exclude<Request, { kind: "close" }>): Promise<Response> {
  switch (request.kind) {
    case "run":
      return { kind: "outputs", outputs: await runStage(request.at, request.feeds) };
    case "warm":
      return { kind: "loaded", session: await cache.use(request.at, ({ info }) => info, watch()) };
    case "sessions":
      return { kind: "sessions", sessions: cache.infos };
  }
}

/** Bytes of the loaded sessions, as they were last reported. */
let held = 0;

/** Reports how many bytes the loaded sessions take, if that has changed. */
function reportHeld(): void {
  const bytes = cache.infos.reduce((sum, info) => sum + info.bytes + info.mapped, 0);
  if (bytes !== held) port.postMessage({ kind: "held", bytes } satisfies Report);
  held = bytes;
}

port.on("message", async (request: Request | Cancel) => {
  if (request.kind === "cancel") {
    loading.abort();
    return;
  }
  if (request.kind === "close") {
    await cache.releaseAll();
    port.close();
    return;
  }
  loading = new AbortController();
  const response = await answer(request).catch((error: Error): Response => {
    if (loading.signal.aborted && error === loading.signal.reason) return { kind: "cancelled" };
    if (!(error instanceof PackError)) throw error;
    return { kind: "failed", message: error.message, remedy: error.remedy };
  });
  reportHeld();
  const outputs = response.kind === "outputs" ? Object.values(response.outputs) : [];
  port.postMessage(response, [...new Set(outputs.map(({ data }) => data.buffer as ArrayBuffer))]);
});
