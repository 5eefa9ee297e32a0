import type { ImageValue } from "../kinds/image-value.ts";

/** For each output pixel the first input pixel it reads and the weights of a run of input pixels. */
type Taps = { readonly starts: Int32Array; readonly weights: Float64Array; readonly width: number };

/** A rectangle of the resized picture, in its pixels. */
export type Part = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/**
 * Resizes bicubically as torch's `interpolate(mode="bicubic", antialias=True, align_corners=False)` does: kernel with
 * a = -0.5 (Keys 1981), widened by the scale when shrinking, half-pixel centres, weights renormalised at the border. Separable:
 * width first, then height. Values may overshoot [-1, 1] and are not clamped. Only `part` of the resized picture is computed,
 * whose pixels are those of the whole one.
 */
export function resizeBicubic(image: ImageValue, toWidth: number, toHeight: number, part?: Part): ImageValue {
  const { left, top, width, height } = part ?? { left: 0, top: 0, width: toWidth, height: toHeight };
  if (!part && toWidth === image.width && toHeight === image.height) return image;
  const rows = 3 * image.height;
  const across = cubicTaps(image.width, toWidth, left, width);
  const wide = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      const from = row * image.width + across.starts[x]!;
      for (let k = 0; k < across.width; k++) sum += across.weights[x * across.width + k]! * (image.data[from + k] ?? 0);
      wide[row * width + x] = sum;
    }
  }

  const down = cubicTaps(image.height, toHeight, top, height);
  const data = new Float32Array(3 * height * width);
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < height; y++) {
      const to = (plane * height + y) * width;
      for (let k = 0; k < down.width; k++) {
        const weight = down.weights[y * down.width + k]!;
        if (weight === 0) continue;
        const from = (plane * image.height + down.starts[y]! + k) * width;
        for (let x = 0; x < width; x++) data[to + x]! += weight * wide[from + x]!;
      }
    }
  }
  return { width, height, data };
}

/** The taps of `count` output pixels from the `first` on, where `from` pixels become `to`. */
function cubicTaps(from: number, to: number, first: number, count: number): Taps {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = 2 * stretch;
  const width = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(count);
  const weights = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const centre = (first + i + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), from);
    starts[i] = start;
    let total = 0;
    for (let j = start; j < end; j++) {
      const weight = cubic((j + 0.5 - centre) / stretch);
      weights[i * width + j - start] = weight;
      total += weight;
    }
    for (let k = 0; k < end - start; k++) weights[i * width + k]! /= total;
  }
  return { starts, weights, width };
}

/** The cubic convolution kernel with a = -0.5, support [-2, 2]. */
function cubic(distance: number): number {
  const a = -0.5;
  const d = Math.abs(distance);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}
