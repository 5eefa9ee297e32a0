import { hash } from "node:crypto";
import {
  isRunEnd,
  type OutputRef,
  type Plan,
  type RunEnd,
  type RunOptions,
  readValue,
  run,
  type WorkflowJson,
} from "@clipwork/engine";
import { toRgb8 } from "@clipwork/nodes";
import type { ArtifactFiles } from "../artifacts/artifact-files.ts";
import { pictureKeyword } from "../documents/read-workflow.ts";
import { insertText } from "../files/png.ts";
import { hashPixels, type RecordedValue } from "../pictures/picture-run.ts";
import { describeRun, encodePng, isImage, outputName, recordValues } from "../pictures/publish.ts";
import type { Provenance, Shown } from "../worker/worker-protocol.ts";
import { encodeWebp } from "./views/render-view.ts";
import { RunViews } from "./views/run-views.ts";

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
  let end: RunEnd | undefined;
  const { outputs } = await run(plan, {
    ...options,
    emit: (event) => {
      views.record(event);
      if (isRunEnd(event)) end = event;
      else options.emit(event);
    },
    preview: (event) => views.preview(event),
  });
  const digest = async (key: string) => {
    const bytes = await options.cache.get(key);
    return bytes && hash("sha256", bytes, "hex");
  };
  const values = await recordValues({ plan, cache: options.cache, outputs, digest });
  for (const [i, output] of outputs.entries()) await showOutput(output, values[i]!);
  await views.finish();
  options.emit(end!);

  async function showOutput({ node, item, value: ref }: OutputRef, values: readonly RecordedValue[]): Promise<void> {
    const value = await readValue(options.cache, ref);
    if (!isImage(value)) return;
    const picture = toRgb8(value);
    const pixels = hashPixels(picture.data);
    const text = describeRun({ document: { json }, plan }, provenance, { node, item, pixels, values });
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
