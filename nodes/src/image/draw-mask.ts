import { NodeError, p } from "@clipwork/engine";
import { sameSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

const edge = (summary: string, value: number) => p.number(summary, { default: value, min: 0, max: 1 });

export const drawMask = defineNode({
  type: "image.draw-mask",
  version: 1,
  title: "Draw mask",
  summary: "Makes a mask from a rectangle or an ellipse, whose inside is repainted.",
  inputs: { image: t.image("The picture that the mask is for; the mask takes its size.", sameSize) },
  outputs: { mask: t.mask("The mask, as large as the picture.", sameSize) },
  params: {
    shape: p.choice("What is repainted.", ["rectangle", "ellipse"], "rectangle"),
    left: edge("Where the shape begins from the left, as a share of the picture's width.", 0.25),
    top: edge("Where it begins from the top, as a share of the height.", 0.25),
    right: edge("Where it ends, counted from the left.", 0.75),
    bottom: edge("Where it ends, counted from the top.", 0.75),
  },
  run({ image: { width, height } }, { shape, left, top, right, bottom }) {
    if (left >= right || top >= bottom) {
      throw new NodeError(
        `The shape reaches from ${left} to ${right} across and from ${top} to ${bottom} down, so nothing lies in it.`,
        `Set "left" below "right" and "top" below "bottom".`,
      );
    }
    const radius = { across: (right - left) / 2, down: (bottom - top) / 2 };
    /** Of a pixel's centre from the shape's, by the shape's radii. */
    const across = (i: number) => (((i % width) + 0.5) / width - (left + right) / 2) / radius.across;
    const down = (i: number) => ((Math.floor(i / width) + 0.5) / height - (top + bottom) / 2) / radius.down;
    const distance = shape === "ellipse" ? Math.hypot : (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y));
    const data = Float32Array.from({ length: width * height }, (_, i) => (distance(across(i), down(i)) <= 1 ? 1 : 0));
    return { mask: { width, height, data } };
  },
});
