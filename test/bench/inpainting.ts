import { readValue, type WorkflowJson } from "@clipwork/engine";
import type { ImageValue, MaskValue, TableValue } from "@clipwork/nodes";
import { atLeast, atMost, type Findings } from "./findings.ts";
import { type HostRun, type Nodes, openHost } from "./host.ts";

const colours = ["red", "orange", "yellow", "green", "blue", "purple", "black", "white"];
const solids = ["cube", "sphere", "cylinder", "cone", "torus"];
const floors = ["grass", "sand", "wood", "tiles", "concrete"];
const colourBudget = 80;
const outsideBudget = 1e-6;

/** The i-th caption of one solid; `turn` moves its colour on. */
function captionOf(i: number, turn: number): string {
  const colour = colours[(i + turn) % colours.length]!;
  const solid = solids[Math.floor(i / colours.length) % solids.length]!;
  return `a large ${colour} ${solid} on ${floors[i % floors.length]!} by day`;
}

/** Pictures of one solid are drawn, repainted where it stands by a caption of another colour, and read by the classifier. */
function workflowOf(count: number): Nodes {
  const captions = Array.from({ length: count }, (_, i) => captionOf(i, 0));
  const others = captions.map((_, i) => captionOf(i, 1 + (i % (colours.length - 1))));
  const told = (name: string) => ({ image: `${name}-prior.embedding`, text: `${name}-text.embedding` });
  const encode = (name: string, lines: readonly string[]) => ({
    [name]: { type: "text.lines", params: { text: lines.join("\n") } },
    [`${name}-text`]: { type: "clip.encode-text", inputs: { text: `${name}.texts` } },
    [`${name}-prior`]: { type: "prior.diffusion", inputs: { text: `${name}-text.embedding` }, params: { seed: 1 } },
  });
  const nodes: WorkflowJson["nodes"] = {
    ...encode("before", captions),
    picture: { type: "decoder.sample", inputs: told("before"), params: { seed: 1 } },
    mask: {
      type: "image.draw-mask",
      inputs: { image: "picture.image" },
      params: { left: 0.15, top: 0.15, right: 0.85, bottom: 0.85 },
    },
    ...encode("after", others),
    paint: {
      type: "decoder.inpaint",
      inputs: { picture: "picture.image", mask: "mask.mask", ...told("after") },
      params: { seed: 2 },
    },
    read: { type: "evaluate.read", inputs: { images: "paint.image", captions: "after.texts" } },
  } as never;
  return Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, { ...node, version: 1 }])) as Nodes;
}

/** The values of one output, in their order. */
function valuesOf<T>({ outputs, cache }: HostRun, node: string, port: string): Promise<T[]> {
  const found = outputs.filter((output) => output.node === node && output.port === port);
  return Promise.all(found.map(async ({ value }) => (await readValue(cache, value)) as T));
}

/** The largest change of a number where the mask is 0. */
function movedOutside(before: ImageValue, after: ImageValue, { data: shares }: MaskValue): number {
  const changes = after.data.map((value, i) =>
    shares[i % shares.length] === 0 ? Math.abs(value - before.data[i]!) : 0,
  );
  return changes.reduce((most, change) => Math.max(most, change), 0);
}

/** What the classifier reads of repainted pictures, and what repainting left as it was. */
export async function measure(count = 50): Promise<Findings> {
  const host = await openHost();
  const run = await host.runNodes(workflowOf(count), ["picture", "mask", "paint", "read"]);
  await host.close();
  const before = await valuesOf<ImageValue>(run, "picture", "image");
  const after = await valuesOf<ImageValue>(run, "paint", "image");
  const masks = await valuesOf<MaskValue>(run, "mask", "mask");
  const [summary] = await valuesOf<TableValue>(run, "read", "summary");
  const moved = Math.max(...after.map((picture, i) => movedOutside(before[i]!, picture, masks[i]!)));
  const column = (name: string) => summary!.columns.find((one) => one.name === name)!.values;
  const percent = (share: unknown) => `${(100 * (share as number)).toFixed(0)} %`;
  const rows = column("measure").map((measure, i) => [
    String(measure),
    percent(column("value")[i]),
    `${percent(column("low")[i])} to ${percent(column("high")[i])}`,
    measure === "colour" ? atLeast(colourBudget, 100 * (column("value")[i] as number)) : "",
  ]);
  return {
    head: [`read right in ${count} pictures`, "share", "95 % interval", "budget, %"],
    rows,
    notes: [`The largest change of a number outside the mask is ${moved} (${atMost(outsideBudget, moved)}).`],
  };
}
