import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { HashedFile, Tensor, Tensors } from "@clipwork/models";
import { Tensor as OrtTensor } from "onnxruntime-node";
import { SessionCache } from "../../models/src/onnx/session-cache.ts";
import { atLeast, type Findings } from "./findings.ts";
import { openHost } from "./host.ts";
import { toybox } from "./places.ts";
import { pairs, show, timed } from "./statistics.ts";

const budget = 0.95;
/** Rounds by rows of a step. */
const rounds: { readonly [rows: number]: number } = { 1: 60, 2: 60, 32: 9 };

type Ports = readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];

/** Feeds of any content: the time of a step does not depend on it. */
function makeFeeds(ports: Ports, rows: number): Tensors {
  const tensors = ports.map(({ name, shape }): [string, Tensor] => {
    const inner = shape.slice(1).map((size) => {
      if (typeof size === "number") return size;
      throw new Error(`the decoder's input ${name} has no fixed size`);
    });
    const length = inner.reduce((product, size) => product * size, rows);
    const value = (i: number) => (name === "mask" ? 1 : name === "timestep" ? 500 : Math.sin(i));
    return [name, { shape: [rows, ...inner], data: Float32Array.from({ length }, (_, i) => value(i)) }];
  });
  return Object.fromEntries(tensors);
}

/** The session itself, with the options that the project gives it, on this thread. */
async function bareSession({ file, sha256 }: HashedFile): Promise<(feeds: Tensors) => Promise<unknown>> {
  const sessions = new SessionCache({
    provider: "cpu",
    threads: availableParallelism(),
    sessionBytes: Number.POSITIVE_INFINITY,
  });
  const graph = { path: join(toybox, file), sha256 };
  const at = { pack: "toybox", stage: "decoder", graph, data: [], inputs: {} };
  const session = await sessions.use(at, (loaded) => loaded.session);
  return (feeds) => {
    const inputs = Object.entries(feeds).map(
      ([name, { shape, data }]) => [name, new OrtTensor("float32", data as Float32Array, shape)] as const,
    );
    return session.run(Object.fromEntries(inputs));
  };
}

/**
 * The decoder's step as nodes ask for it, rows calls of one row each that the queue packs, against the bare session given
 * the same rows in one piece.
 */
export async function measure(shorten = 1): Promise<Findings> {
  const host = await openHost();
  const { manifest } = host.packs.get("toybox")!;
  const { inputs } = await host.onnx.warm("toybox", "decoder");
  const decoder = manifest.stages.decoder!;
  const { inputs: names = {} } = decoder;
  const bare = await bareSession(decoder);
  const offered = (feeds: Tensors) =>
    Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [names[name] ?? name, feed]));
  const table: string[][] = [];
  for (const [key, count] of Object.entries(rounds)) {
    const rows = Number(key);
    const calls = Array.from({ length: rows }, () => offered(makeFeeds(inputs, 1)));
    const whole = makeFeeds(inputs, rows);
    const queued = () =>
      Promise.all(calls.map((feeds) => host.models.run({ pack: "toybox", stage: "decoder", feeds })));
    const one = () => timed(() => bare(whole));
    const other = () => timed(queued);
    await pairs(2, one, other);
    const found = await pairs(Math.ceil(count / shorten), one, other);
    const { ratio } = found;
    table.push([key, show(found.one, 1), show(found.other, 1), show(ratio, 3), atLeast(budget, ratio.median)]);
  }
  await host.close();
  return {
    head: ["rows", "bare session, ms", "queue and thread, ms", "bare / queued", "budget"],
    rows: table,
    notes: [],
  };
}
