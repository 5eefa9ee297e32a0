import type { Param } from "@clipwork/engine";

export type NumberParam = Extract<Param, { kind: "integer" | "number" }>;

/** A slider goes from 0 to this. */
export const sliderSteps = 1000;

/** Ranges wider than this are squared, so that small numbers, which matter most, have room. */
const wide = 200;

/** Where the slider is for a value; at an end for a value outside the range. */
export function toSlider(value: number, { min, max }: NumberParam): number {
  const share = (Math.min(max, Math.max(min, value)) - min) / (max - min || 1);
  return Math.round((max - min > wide ? Math.sqrt(share) : share) * sliderSteps);
}

/** The value at a position of the slider: whole for integers, else with three significant digits. */
export function fromSlider(slider: number, { min, max, kind }: NumberParam): number {
  const at = slider / sliderSteps;
  const value = min + (max - min) * (max - min > wide ? at * at : at);
  return kind === "integer" ? Math.round(value) : Number(value.toPrecision(3));
}

/** By how much an arrow key changes the value. */
export function stepOf({ kind, min, max }: NumberParam): number {
  return kind === "integer" ? 1 : max - min <= 2 ? 0.05 : 0.5;
}
