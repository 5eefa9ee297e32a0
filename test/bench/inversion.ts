import { readValue } from "@clipwork/engine";
import type { ImageValue } from "@clipwork/nodes";
import { atLeast, type Findings } from "./findings.ts";
import { numbered, psnr, readHeldOut } from "./held-out.ts";
import { type Nodes, openHost } from "./host.ts";

const steps = 100;
const corrections = [0, 1];
const budget = 25;
const aboveRandom = 5;

type Render = Awaited<ReturnType<typeof readHeldOut>>[number];

/** A render's way to the noise and back, once for each number of corrections, and a picture of the same from other noise. */
function nodesOf({ name, caption }: Render, i: number): Nodes {
  const told = { image: "look.embedding", text: "encode.embedding" };
  const paint = (seed: number, noise: object) => ({
    type: "decoder.sample",
    inputs: { ...told, guidance: "unguided.guidance", ...noise },
    params: { sampler: "ddim", eta: 0, steps, seed },
  });
  const wayOf = (times: number) => ({
    [`invert${times}`]: {
      type: "decoder.invert",
      inputs: { picture: "load.image", ...told },
      params: { steps, corrections: times },
    },
    [`rebuild${times}`]: paint(0, { noise: `invert${times}.noise` }),
  });
  return numbered(i, {
    load: { type: "image.load", params: { file: name } },
    look: { type: "clip.encode-image", inputs: { image: "load.image" } },
    caption: { type: "text.prompt", params: { text: caption } },
    encode: { type: "clip.encode-text", inputs: { text: "caption.text" } },
    random: paint(i, {}),
    ...Object.assign({}, ...corrections.map(wayOf)),
  });
}

/** Held-out renders, inverted and rebuilt from their embedding and noise. */
export async function measure(count = 64): Promise<Findings> {
  const renders = await readHeldOut(count);
  const host = await openHost(Object.fromEntries(renders.map(({ name, png }) => [name, png])));
  const unguided = { unguided: { type: "guidance.cfg", version: 1, params: { scale: 1 } } };
  const nodes: Nodes = Object.assign({}, unguided, ...renders.map(nodesOf));
  const picturesOf = async (id: string): Promise<ImageValue[]> => {
    const targets = renders.map((_, i) => `${id}-${i}`);
    const { outputs, cache } = await host.runNodes(nodes, targets);
    const values = new Map(outputs.map(({ node, value }) => [node, value]));
    return Promise.all(targets.map(async (node) => (await readValue(cache, values.get(node)!)) as ImageValue));
  };
  const originals = await picturesOf("load");
  const decibels = async (id: string) => (await picturesOf(id)).map((picture, i) => psnr(picture, originals[i]!));
  const row = (name: string, calls: number, found: readonly number[], kept: string) => [
    name,
    String(calls),
    mean(found).toFixed(1),
    Math.min(...found).toFixed(1),
    kept,
  ];
  const random = await decibels("random");
  const rows = [row("drawn by a seed", 0, random, "")];
  for (const times of corrections) {
    const found = await decibels(`rebuild${times}`);
    const least = Math.max(budget, mean(random) + aboveRandom);
    const name =
      times === 0
        ? "found without corrections"
        : `found, each step corrected ${times === 1 ? "once" : `${times} times`}`;
    rows.push(row(name, (1 + times) * steps, found, atLeast(+least.toFixed(1), mean(found))));
  }
  await host.close();
  return {
    head: [`noise, ${count} renders`, "calls to find it", "mean PSNR, dB", "lowest, dB", "budget for the mean, dB"],
    rows,
    notes: [
      `All are rebuilt in ${steps} steps of DDIM with eta 0 and guidance of scale 1, from embedding, caption and noise.`,
    ],
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
