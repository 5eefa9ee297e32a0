import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { gaussian } from "../../nodes/src/diffusion/philox.ts";
import { cosineSchedule } from "../../nodes/src/diffusion/schedule.ts";

export const stages = ["prior", "decoder", "upsampler-256"] as const;
export type Stage = (typeof stages)[number];

/** Sum and largest magnitude of whole samples, of which the golden keeps some positions. */
export type Totals = { readonly sums: readonly number[]; readonly maxima: readonly number[] };

/** A run in which every step goes on from the one before. `states` counts the finished sample too. */
export type FreeRun = { readonly length: number; readonly timesteps: readonly number[]; readonly states: Totals };

/** What the taught run's steps came to: the clamped x0, and x_{t-1}. */
export type Taught = { readonly x0: Totals; readonly next: Totals };

type Header = {
  /** Over those of the tokenizers and of the files of the stages that the pipeline runs, a line each. */
  readonly weightsSha256: string;
  readonly caption: string;
  readonly seed: number;
  readonly stages: { readonly [S in Stage]: FreeRun & { readonly taught: Taught } };
  readonly ddim: FreeRun & { readonly steps: number; readonly eta: number };
  readonly arrays: {
    readonly [name: string]: { readonly shape: readonly number[]; readonly type: "float32" | "int16" };
  };
};

/** A golden array: its rows, flat. Whole numbers of 1/32767 are numbers again. */
export type Rows = { readonly shape: readonly number[]; readonly data: Float64Array };

export type ToyboxGolden = Header & { readonly rows: (name: string) => Rows };

const folder = join(import.meta.dirname, "goldens");

/** The golden run of the toybox, whose manifest's bytes are `manifest`. Throws where it was made from another pack. */
export function readToyboxGolden(manifest: Uint8Array): ToyboxGolden {
  const header = JSON.parse(readFileSync(join(folder, "toybox.json"), "utf8")) as Header;
  const content = gunzipSync(readFileSync(join(folder, "toybox.bin.gz")));
  const arrays = new Map<string, Rows>();
  let place = 0;
  for (const [name, { shape, type }] of Object.entries(header.arrays)) {
    const length = shape.reduce((product, size) => product * size, 1);
    const width = type === "int16" ? 2 : 4;
    const { buffer } = fromPlanes(content.subarray(place, place + length * width), width);
    const data =
      type === "int16" ? Float64Array.from(new Int16Array(buffer), (n) => n / 32767) : new Float32Array(buffer);
    arrays.set(name, { shape, data: Float64Array.from(data) });
    place += length * width;
  }
  if (place !== content.length) throw new Error("toybox.bin.gz and toybox.json are not of one run.");
  if (weightsOf(manifest) !== header.weightsSha256) {
    throw new Error(
      "packs/toybox is not the pack that test/parity/goldens/toybox.json was made from. Run " +
        "`training/.venv/bin/python -m training.export.toybox_goldens` and commit both files that it writes.",
    );
  }
  return { ...header, rows: (name) => arrays.get(name)! };
}

const run = ["clip-text", "prior", "decoder-condition", "decoder", "upsampler-256"];

function weightsOf(manifest: Uint8Array): string {
  const { texts, stages } = JSON.parse(new TextDecoder().decode(manifest)) as {
    texts: { [name: string]: { tokenizer: { sha256: string } } };
    stages: { [name: string]: { sha256: string } };
  };
  const files = [...Object.values(texts).map(({ tokenizer }) => tokenizer), ...run.map((stage) => stages[stage]!)];
  return createHash("sha256")
    .update(files.map(({ sha256 }) => sha256).join("\n"))
    .digest("hex");
}

/** Numbers of `width` bytes each, of which all lowest bytes were kept first, then all the next higher. */
function fromPlanes(planes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const count = planes.length / width;
  return Uint8Array.from(planes, (_, i) => planes[(i % width) * count + Math.floor(i / width)]!);
}

/** The positions of a sample that the golden keeps: spread without a pattern (Knuth's multiplicative hash), or all. */
export function positions(length: number, count: number): number[] {
  return Array.from({ length: Math.min(count, length) }, (_, i) => (count < length ? (i * 2654435761) % length : i));
}

/**
 * x before step `step` (from 1) of the taught run: √ᾱ_t x + √(1 - ᾱ_t) n about the finished sample x of the free run, in
 * float64 and rounded once, with the noise n that the step before added. The first step begins with x_T.
 */
export function taughtState(golden: ToyboxGolden, stage: Stage, step: number): Float32Array {
  const { length, timesteps } = golden.stages[stage];
  const noise = gaussian(golden.seed, stage, step - 1, length);
  if (step === 1) return noise;
  const alphaBar = cosineSchedule(1000).alphaBar[timesteps[step - 1]!]!;
  const finished = golden.rows(`${stage}/free/final`).data;
  return Float32Array.from(finished, (value, i) => Math.sqrt(alphaBar) * value + Math.sqrt(1 - alphaBar) * noise[i]!);
}
