import {
  type GivenOutput,
  isRunEnd,
  type Plan,
  type RunEnd,
  type RunOptions,
  readValue,
  run,
  type Value,
} from "@clipwork/engine";
import type { MadePicture, PictureMaker } from "../pictures/make-picture.ts";
import type { WorkQueue } from "./views/work-queue.ts";

/** An output's picture, with the value that it shows. */
export type PublishedOutput = { readonly output: GivenOutput; readonly picture: MadePicture; readonly value: Value };

/**
 * Runs a plan and makes the picture of each output as it is there, beside the run and one after the other. Tells of the run's
 * end when `publish` has taken all of them. Rejects where the cache lost an output before its picture was made.
 */
export async function runOutputs<Services>(
  plan: Plan<Services>,
  options: RunOptions<Services>,
  parts: {
    readonly queue: WorkQueue;
    readonly make: PictureMaker;
    readonly publish: (published: PublishedOutput) => Promise<void>;
    /** What else has to be done before the end is told. */
    readonly beforeEnd?: () => Promise<void>;
  },
): Promise<void> {
  const { queue, make, publish, beforeEnd } = parts;
  let end: RunEnd | undefined;
  const publishOutput = async (output: GivenOutput) => {
    const value = await readValue(options.cache, output.value);
    if (value === undefined) throw new Error(`The store no longer has the value of ${output.node}; run it again.`);
    const picture = await make(output, value);
    if (picture) await publish({ output, picture, value });
  };
  await run(plan, {
    ...options,
    emit: (event) => {
      if (isRunEnd(event)) end = event;
      else options.emit(event);
    },
    output: (output) => queue.add(() => publishOutput(output)),
  });
  await beforeEnd?.();
  await queue.done();
  options.emit(end!);
}
