import type { Plan, RunOptions } from "@clipwork/engine";
import type { ArtifactFiles } from "../artifacts/artifact-files.ts";
import type { OutputMaker } from "../outputs/make-output.ts";
import type { Pixels } from "../outputs/pixels.ts";
import type { RunOutput } from "../wire/wire.ts";
import type { Shown } from "../worker/worker-protocol.ts";
import { runOutputs } from "./run-outputs.ts";
import { encodeWebp } from "./views/render-view.ts";
import { RunViews } from "./views/run-views.ts";
import { WorkQueue } from "./views/work-queue.ts";

const thumbnailSide = 256;

/** Runs a plan for viewers: shows its steps, values and outputs, and emits its end after all of them. */
export async function watchRun<Services>(
  plan: Plan<Services>,
  options: RunOptions<Services>,
  parts: {
    readonly make: OutputMaker;
    readonly artifacts: ArtifactFiles;
    readonly show: (shown: Shown) => void;
    /** Called when all nodes have ended. */
    readonly onEnding?: () => void;
  },
): Promise<void> {
  const { make, artifacts, show, onEnding } = parts;
  const queue = new WorkQueue();
  const views = new RunViews({ plan, cache: options.cache, artifacts, queue, show });
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
    async publish({ output: { node, port, item, value }, made: { name, kind, files: made, shown: pixels } }) {
      const view = await views.view({ node, port, item }, value);
      if (!view) throw new Error(`The store no longer has the value of ${node}; run it again.`);
      const files: RunOutput["files"][number][] = [];
      let shown: Pick<RunOutput, "picture" | "thumbnail" | "width" | "height"> = {};
      for (const { ending, media, bytes, picture } of made) {
        const hash = await artifacts.put(bytes);
        files.push({ ending, media, hash, bytes: bytes.length });
        if (picture) shown = { picture: hash, ...(await describePicture(pixels!, artifacts)) };
      }
      const settings = await views.settings({ node, item });
      show({ event: "run.output", output: { node, item, name, kind, view, files, ...shown, ...settings } });
    },
    ...(onEnding && { onEnding }),
    beforeEnd: () => views.showRest(),
  });
}

/** A thumbnail of a picture, and its size. */
async function describePicture(
  picture: Pixels,
  artifacts: ArtifactFiles,
): Promise<Pick<RunOutput, "thumbnail" | "width" | "height">> {
  const { width, height } = picture;
  return { thumbnail: await artifacts.put(await encodeWebp(picture, thumbnailSide)), width, height };
}
