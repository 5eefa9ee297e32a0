import { list, NodeError, p } from "@clipwork/engine";
import type { ImageValue } from "../kinds/image-value.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

const shades = { white: 1, grey: 0, black: -1 } as const;
const maxPixels = 100_000_000;

export const grid = defineNode({
  type: "image.grid",
  version: 1,
  title: "Grid",
  summary: "Lays a list of pictures out in rows, left to right.",
  inputs: { images: list(t.image("The pictures, all of one size.")) },
  outputs: { image: t.image("One picture of them all.") },
  params: {
    columns: p.integer("Pictures in a row; empty makes the grid as square as it can be.", {
      default: null,
      min: 1,
      max: 256,
    }),
    gap: p.integer("Pixels between pictures.", { default: 2, min: 0, max: 256 }),
    background: p.choice("What shows between pictures and in empty cells.", ["white", "grey", "black"], "white"),
  },
  run: ({ images }, { columns, gap, background }) => ({
    image: layOut(images, columns ?? Math.ceil(Math.sqrt(images.length)), gap, shades[background]),
  }),
});

/** Pictures of one size in rows of at most `most`, `gap` pixels apart on a ground of `shade`, -1 to 1. Throws NodeError if their sizes differ. */
export function layOut(images: readonly ImageValue[], most: number, gap: number, shade: number): ImageValue {
  const { width, height } = images[0]!;
  for (const [index, image] of images.entries()) {
    if (image.width === width && image.height === height) continue;
    throw new NodeError(
      `Picture ${index + 1} is ${image.width} × ${image.height}, but the first is ${width} × ${height}.`,
      "Give pictures of one size.",
    );
  }
  const columns = Math.min(most, images.length);
  const rows = Math.ceil(images.length / columns);
  const full = { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
  if (full.width * full.height > maxPixels) {
    throw new NodeError(
      `The grid would be ${full.width} × ${full.height}, more than 100 megapixels.`,
      "Give fewer or smaller pictures.",
    );
  }
  const data = new Float32Array(3 * full.width * full.height).fill(shade);
  for (const [index, image] of images.entries()) {
    const left = (index % columns) * (width + gap);
    const top = Math.floor(index / columns) * (height + gap);
    for (let line = 0; line < 3 * height; line++) {
      const plane = Math.floor(line / height);
      const to = (plane * full.height + top + (line % height)) * full.width + left;
      data.set(image.data.subarray(line * width, (line + 1) * width), to);
    }
  }
  return { ...full, data };
}
