import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeJson } from "@clipwork/engine";
import type { ImageValue } from "@clipwork/nodes";
import sharp from "sharp";
import { root } from "./places.ts";

const folder = join(root, "test", "fixtures", "held-out");
const side = 64;
const columns = 8;

/** A render that no network of the toybox was trained on, as a PNG file, with its caption. */
export type HeldOut = { readonly name: string; readonly png: Uint8Array; readonly caption: string };

/** The first `count` of the 64 renders in test/fixtures/held-out. */
export async function readHeldOut(count: number): Promise<HeldOut[]> {
  const captions = JSON.parse(readFileSync(join(folder, "captions.json"), "utf8")) as readonly string[];
  const sheet = sharp(join(folder, "sheet.png"));
  return Promise.all(
    captions.slice(0, count).map(async (caption, i) => {
      const left = side * (i % columns);
      const top = side * Math.floor(i / columns);
      const png = await sheet.clone().extract({ left, top, width: side, height: side }).png().toBuffer();
      return { name: `render-${i}.png`, png, caption };
    }),
  );
}

/** Nodes of one picture, as a workflow calls them: "look" of the third is "look-2". */
export function numbered(i: number, nodes: { readonly [id: string]: Partial<NodeJson> & { readonly type: string } }) {
  const renamed = (address: string) => address.replace(/^[a-z0-9]+(?=\.)/, (id) => (id in nodes ? `${id}-${i}` : id));
  return Object.fromEntries(
    Object.entries(nodes).map(([id, { inputs = {}, ...node }]): [string, NodeJson] => [
      `${id}-${i}`,
      {
        version: 1,
        ...node,
        inputs: Object.fromEntries(Object.entries(inputs).map(([port, from]) => [port, renamed(from as string)])),
      },
    ]),
  );
}

/** Peak signal-to-noise ratio in decibels, of pictures in [-1, 1]. */
export function psnr(a: ImageValue, b: ImageValue): number {
  const squares = a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0);
  return 10 * Math.log10((4 * a.data.length) / squares);
}
