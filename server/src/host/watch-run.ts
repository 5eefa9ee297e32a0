import {
  type OutputRef,
  type Plan,
  type RunEvent,
  type RunOptions,
  readValue,
  run,
  type WorkflowJson,
} from "@clipwork/engine";
import { toRgb8 } from "@clipwork/nodes";
import type { ArtifactFiles } from "./artifact-files.ts";
import { insertText } from "./png.ts";
import { describeRun, encodePng, hashPixels, isImage, outputName } from "./publish.ts";
import { pictureKeyword } from "./read-workflow.ts";
import { encodeWebp } from "./render-view.ts";
import { RunViews } from "./run-views.ts";
import type { Provenance, Shown } from "./worker-protocol.ts";

const thumbnailSide = 256;

/** Runs a plan for somebody who watches: shows its steps, values and pictures, and tells of its end after all of them. */
export async function watchRun<Services>(
  plan: Plan<Services>,
  options: RunOptions<Services>,
  parts: {
    readonly json: WorkflowJson;
    readonly provenance: Provenance;
    readonly artifacts: ArtifactFiles;
    readonly tell: (shown: Shown) => void;
  },
): Promise<void> {
  const { json, provenance, artifacts, tell } = parts;
  const views = new RunViews({ plan, cache: options.cache, artifacts, tell });
  await views.begin();
  let end: RunEvent | undefined;
  const { outputs } = await run(plan, {
    ...options,
    cache: views.watch(options.cache),
    emit: (event) => {
      views.record(event);
      if (event.event === "run.finished" || event.event === "run.failed" || event.event === "run.cancelled")
        end = event;
      else options.emit(event);
    },
    preview: (event) => views.preview(event),
  });
  for (const output of outputs) await showOutput(output);
  await views.finish();
  options.emit(end!);

  async function showOutput({ node, item, value: ref }: OutputRef): Promise<void> {
    const value = await readValue(options.cache, ref);
    if (!isImage(value)) return;
    const picture = toRgb8(value);
    const text = describeRun({ document: { json }, plan }, provenance, { node, item, pixels: hashPixels(picture) });
    const png = insertText(await encodePng(picture), pictureKeyword, JSON.stringify(text));
    const { width, height } = value;
    const name = outputName({ plan }, node);
    const thumbnail = await artifacts.put(await encodeWebp(value, thumbnailSide));
    tell({
      event: "run.output",
      output: { node, item, name, width, height, picture: await artifacts.put(png), thumbnail },
    });
  }
}
