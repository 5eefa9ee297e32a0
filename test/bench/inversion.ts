import { readValue } from "@clipwork/engine";
import type { ImageValue } from "@clipwork/nodes";
import { atLeast, type Findings } from "./findings.ts";
import { numbered, psnr, readHeldOut } from "./held-out.ts";
import { openHost } from "./host.ts";

const steps = 100;
const corrections = [0, 1, 2, 4];
const plain = { sampler: "ddim", eta: 0, steps };

/** Held-out renders, inverted and rebuilt from (z_i, x_T); against random noise in place of x_T. */
export async function measure(count = 64): Promise<Findings> {
  const renders = await readHeldOut(count);
  const host = await openHost(Object.fromEntries(renders.map(({ name, png }) => [name, png])));
  const told = { image: "look.embedding", text: "encode.embedding" };
  const nodes = renders.map(({ name, caption }, i) =>
    numbered(i, {
      load: { type: "image.load", params: { file: name } },
      look: { type: "clip.encode-image", inputs: { image: "load.image" } },
      caption: { type: "text.prompt", params: { text: caption } },
      encode: { type: "clip.encode-text", inputs: { text: "caption.text" } },
      random: {
        type: "decoder.sample",
        inputs: { ...told, guidance: "unguided.guidance" },
        params: { ...plain, seed: i },
      },
      ...Object.fromEntries(
        corrections.flatMap((times) => [
          [
            `invert${times}`,
            {
              type: "decoder.invert",
              inputs: { picture: "load.image", ...told },
              params: { steps, corrections: times },
            },
          ],
          [
            `rebuild${times}`,
            {
              type: "decoder.sample",
              inputs: { ...told, guidance: "unguided.guidance", noise: `invert${times}.noise` },
              params: plain,
            },
          ],
        ]),
      ),
    }),
  );
  const unguided = { unguided: { type: "guidance.cfg", version: 1, params: { scale: 1 } } };
  const all = Object.assign({}, unguided, ...nodes);
  const pictures = async (id: string): Promise<ImageValue[]> => {
    const targets = renders.map((_, i) => `${id}-${i}`);
    const { outputs, cache } = await host.runNodes(all, targets);
    const found = new Map(outputs.map(({ node, value }) => [node, value]));
    return Promise.all(targets.map(async (node) => (await readValue(cache, found.get(node)!)) as ImageValue));
  };
  const originals = await pictures("load");
  const dbs = async (id: string) => (await pictures(id)).map((picture, i) => psnr(picture, originals[i]!));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const random = mean(await dbs("random"));
  const rows: string[][] = [];
  for (const times of corrections) {
    const db = await dbs(`rebuild${times}`);
    rows.push([String(times), mean(db).toFixed(2), Math.min(...db).toFixed(2), atLeast(25, mean(db))]);
  }
  await host.close();
  return {
    head: ["corrections a step", "mean PSNR, dB", "lowest", "budget, dB"],
    rows,
    notes: [`Random noise in place of x_T: ${random.toFixed(2)} dB.`],
  };
}
