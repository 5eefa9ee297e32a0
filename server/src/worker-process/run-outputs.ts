import {
  type Failure,
  type GivenOutput,
  isRunEnd,
  NodeError,
  type Plan,
  type RunEnd,
  type RunEvent,
  type RunOptions,
  run,
  type Value,
  valueReader,
} from "@clipwork/engine";
import type { OutputMaker } from "../outputs/make-output.ts";
import type { WorkQueue } from "./views/work-queue.ts";

type Made = NonNullable<Awaited<ReturnType<OutputMaker>>>;

/** An output's files, with the value that they were made from. */
export type PublishedOutput = { readonly output: GivenOutput; readonly made: Made; readonly value: Value };

/**
 * Runs a plan and makes the files of each output as soon as it is ready, one after the other, while the run continues. Emits the
 * run's end when `publish` has taken all of them. An output whose kind fails to write its files fails, and the run with it, after
 * everything else. Rejects if the cache lost an output before its files were made.
 */
export async function runOutputs<Services>(
  plan: Plan<Services>,
  options: RunOptions<Services>,
  parts: {
    readonly queue: WorkQueue;
    readonly make: OutputMaker;
    readonly publish: (published: PublishedOutput) => Promise<void>;
    /** Called when all nodes have ended. */
    readonly onEnding?: () => void;
    /** What else has to be done before the end is emitted. */
    readonly beforeEnd?: () => Promise<void>;
  },
): Promise<void> {
  const { queue, make, publish, onEnding, beforeEnd } = parts;
  const failures: Failure[] = [];
  let end: RunEnd | undefined;
  const read = valueReader(options.cache);
  const publishOutput = async (output: GivenOutput) => {
    const value = await read(output.value);
    if (value === undefined) throw new Error(`The store no longer has the value of ${output.node}; run it again.`);
    const made = await make(output, value).catch((error: unknown) => {
      if (!(error instanceof NodeError)) throw error;
      const { message, remedy } = error;
      failures.push({ node: output.node, item: output.item, message, ...(remedy !== undefined && { remedy }) });
      return undefined;
    });
    if (made) await publish({ output, made, value });
  };
  await run(plan, {
    ...options,
    emit: (event) => {
      if (isRunEnd(event)) end = event;
      else options.emit(event);
    },
    output: (output) => queue.add(() => publishOutput(output)),
  });
  onEnding?.();
  await beforeEnd?.();
  await queue.done();
  for (const event of endWith(end!, failures)) options.emit(event);
}

/** The failures of outputs and then the end, with the numbers that follow the run's events. */
function endWith(end: RunEnd, failures: readonly Failure[]): readonly RunEvent[] {
  const { seq, run, time } = end;
  const failed = failures.map((failure, i): RunEvent => {
    return { event: "node.failed", ...failure, seq: seq + i, run, time };
  });
  const event = end.event === "run.finished" && failures.length > 0 ? "run.failed" : end.event;
  return [...failed, { ...end, event, seq: seq + failures.length }];
}
