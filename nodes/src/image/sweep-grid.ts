import { list, NodeError, optional, p } from "@clipwork/engine";
import type { ImageValue } from "../kinds/image-value.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { canDraw, drawText, type Shades, turned } from "./draw-text.ts";
import { layOut } from "./grid.ts";

/** Pixels of a side below which a picture is enlarged, so that a label fits it. */
const smallest = 128;
const gap = 4;
const name = (summary: string) => p.text(summary, { maxLength: 200 });

export const sweepGrid = defineNode({
  type: "image.sweep-grid",
  version: 1,
  title: "Sweep grid",
  summary: "Lays the pictures of a sweep out with the names and values of its axes.",
  inputs: {
    images: list(t.image("The pictures: for each value of y, all of x.")),
    x: list(t.variable("X", "The values from left to right.")),
    y: optional(list(t.variable("Y", "The values from above to below; without them there is one row."))),
  },
  outputs: { image: t.image("The pictures with their labels, black on white.") },
  params: { xName: name("What the values of x are."), yName: name("What the values of y are.") },
  async run({ images, x, y }, { xName, yName }) {
    const rows = y?.length ?? 1;
    if (images.length !== x.length * rows)
      throw new NodeError(
        `There are ${images.length} pictures for ${x.length} × ${rows} places.`,
        "Link the lists that the pictures were made with, each value of y with all of x.",
      );
    const cells = images.map(enlarged);
    const block = layOut(cells, x.length, gap, 1);
    const { width, height } = cells[0]!;
    const size = Math.round(Math.min(40, Math.max(14, width / 10)));
    const line = Math.round(1.6 * size);
    const columns = await Promise.all(x.map((value, i) => drawText(labelOf(value, i), size, width)));
    const beside = await Promise.all((y ?? []).map((value, i) => drawText(labelOf(value, i), size, 2 * width)));
    const [above, side] = [
      await drawText(titleOf(xName), size, block.width),
      turned(await drawText(titleOf(yName), size, block.height)),
    ];
    const margin = size;
    const left =
      margin + (y ? (yName ? line : 0) + Math.max(...beside.map((label) => label.width)) + Math.round(size / 2) : 0);
    const top = margin + (xName ? line : 0) + line;
    const whole = { width: left + block.width + margin, height: top + block.height + margin };
    const image: ImageValue = { ...whole, data: new Float32Array(3 * whole.width * whole.height).fill(1) };
    put(image, block, left, top);
    const middle = { x: left + block.width / 2, y: top + block.height / 2 };
    if (xName) stamp(image, above, middle.x, margin + size / 2);
    if (y && yName) stamp(image, side, margin + size / 2, middle.y);
    for (const [i, label] of columns.entries())
      stamp(image, label, left + i * (width + gap) + width / 2, top - line / 2);
    for (const [i, label] of beside.entries())
      stamp(image, label, left - size / 2 - label.width / 2, top + i * (height + gap) + height / 2);
    return { image };
  },
});

/** A value in few letters; one whose letters the font lacks has its number. */
function labelOf(value: unknown, i: number): string {
  const text =
    typeof value === "number"
      ? String(Number(value.toPrecision(6)))
      : typeof value === "boolean"
        ? value
          ? "on"
          : "off"
        : String(value);
  const one = text.replaceAll(/\s+/g, " ").trim();
  return canDraw(one) && one !== "" ? one.slice(0, 200) : `no. ${i + 1}`;
}

function titleOf(text: string): string {
  const one = text.replaceAll(/\s+/g, " ").trim();
  return canDraw(one) && one !== "" ? one : "…";
}

/** A small picture with each pixel as a square of as many as are needed. */
function enlarged(image: ImageValue): ImageValue {
  const times = Math.ceil(smallest / Math.min(image.width, image.height));
  if (times <= 1) return image;
  const [width, height] = [image.width * times, image.height * times];
  const data = new Float32Array(3 * width * height);
  for (let plane = 0; plane < 3; plane++)
    for (let row = 0; row < height; row++) {
      const from = (plane * image.height + Math.floor(row / times)) * image.width;
      const to = (plane * height + row) * width;
      for (let column = 0; column < width; column++) data[to + column] = image.data[from + Math.floor(column / times)]!;
    }
  return { width, height, data };
}

/** Puts a picture into a larger one. */
function put(into: ImageValue, image: ImageValue, left: number, top: number): void {
  for (let line = 0; line < 3 * image.height; line++) {
    const plane = Math.floor(line / image.height);
    const to = (plane * into.height + top + (line % image.height)) * into.width + left;
    into.data.set(image.data.subarray(line * image.width, (line + 1) * image.width), to);
  }
}

/** Puts grey letters into a picture, with their middle at a place; what would stand outside is cut off. */
function stamp(into: ImageValue, { width, height, data }: Shades, x: number, y: number): void {
  const [left, top] = [Math.round(x - width / 2), Math.round(y - height / 2)];
  for (let row = Math.max(0, -top); row < Math.min(height, into.height - top); row++)
    for (let column = Math.max(0, -left); column < Math.min(width, into.width - left); column++)
      for (let plane = 0; plane < 3; plane++)
        into.data[(plane * into.height + top + row) * into.width + left + column] = data[row * width + column]!;
}
