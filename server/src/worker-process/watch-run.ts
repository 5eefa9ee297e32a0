import type { Plan, RunOptions } from "@clipwork/engine";
import type { ImageValue } from "@clipwork/nodes";
import type { ArtifactFiles } from "../artifacts/artifact-files.ts";
import type { PictureMaker } from "../pictures/make-picture.ts";
import type { Shown } from "../worker/worker-protocol.ts";
import { runOutputs } from "./run-outputs.ts";
import { encodeWebp } from "./views/render-view.ts";
import { RunViews } from "./views/run-views.ts";
import { WorkQueue } from "./views/work-queue.ts";

const thumbnailSide = 256;

/** Runs a plan for somebody who watches: shows its steps, values and pictures, and tells of its end after all of them. */
export async function watchRun<Services>(
  plan: Plan<Services>,
  options: RunOptions<Services>,
  parts: {
    readonly make: PictureMaker;
    readonly artifacts: ArtifactFiles;
    readonly tell: (shown: Shown) => void;
  },
): Promise<void> {
  const { make, artifacts, tell } = parts;
  const queue = new WorkQueue();
  const views = new RunViews({ plan, cache: options.cache, artifacts, queue, tell });
  const watched: RunOptions<Services> = {
    ...options,
    emit: (event) => {
      views.record(event);
      options.emit(event);
    },
    preview: (event) => views.preview(event),
  };
  await runOutputs(plan, watched, {
    queue,
    make,
    async publish({ output: { node, item }, picture: { name, width, height, bytes }, value }) {
      const thumbnail = await artifacts.put(await encodeWebp(value as ImageValue, thumbnailSide));
      const output = { node, item, name, width, height, picture: await artifacts.put(bytes), thumbnail };
      tell({ event: "run.output", output });
    },
    beforeEnd: () => views.showRest(),
  });
}
