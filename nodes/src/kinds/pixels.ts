import type { ImageValue } from "./image-value.ts";

/** Interleaved 8-bit RGB, row-major, as picture files hold it. */
export type Rgb8 = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/**
 * The picture's bytes. A number v in [-1, 1] becomes round(255 · (v / 2 + 1/2)), halves upward; values outside are clamped,
 * and NaN becomes 0. Every byte survives a round trip through `fromRgb8`.
 */
export function toRgb8({ width, height, data }: ImageValue): Rgb8 {
  const pixels = width * height;
  const bytes = new Uint8Array(3 * pixels);
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < pixels; i++) {
      const value = Math.min(Math.max(data[channel * pixels + i]! * 0.5 + 0.5, 0), 1);
      bytes[3 * i + channel] = Math.floor(value * 255 + 0.5);
    }
  }
  return { width, height, data: bytes };
}

/** A byte b becomes 2 b / 255 - 1. */
export function fromRgb8({ width, height, data }: Rgb8): ImageValue {
  const pixels = width * height;
  const planar = new Float32Array(3 * pixels);
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < pixels; i++) planar[channel * pixels + i] = (data[3 * i + channel]! / 255) * 2 - 1;
  }
  return { width, height, data: planar };
}

/** A picture of sampled numbers, clamped to [-1, 1]. */
export function clampImage(width: number, height: number, sample: Float32Array): ImageValue {
  return { width, height, data: sample.map((value) => Math.min(Math.max(value, -1), 1)) };
}
