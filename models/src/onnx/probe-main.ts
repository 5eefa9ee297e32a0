// Tries one provider in a process of its own, because a driver may crash it: `probe-main.ts PROVIDER timed|untimed`.
import { hash } from "node:crypto";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";

/** What the process reports about a provider that ran, and otherwise what went wrong. */
export type ProbeAnswer =
  | {
      /** Largest difference from the CPU's output, relative to its largest value. */
      readonly difference: number;
      /** Digest of the output's bits, or undefined if they were not the same every time. */
      readonly bits: string | undefined;
      /** How many times as fast as the CPU, if that was asked for. */
      readonly speed?: number;
    }
  | { readonly failed: string };

/** As in training/export/probe_model.py. */
const channels = 64;
/**
 * Sides of the picture: a short trial shows whether the provider works, a long one gives a GPU enough work to show its
 * speed.
 */
const sides = { short: 16, long: 128 };
/** A GPU never needs this many milliseconds for the short trial: the long one would only be a long wait. */
const hopeless = 100;

const wave = (length: number, seed: number, height: number) =>
  Float32Array.from({ length }, (_, i) => height * Math.sin(seed + 1.7 * i + 0.001 * i * i));
const kernel = new Tensor("float32", wave(channels * channels * 9, 0.9, 0.1), [channels, channels, 3, 3]);

/** A function that runs the probe's model on a square of that side and returns the output and the milliseconds it took. */
async function openModel(provider: string) {
  const session = await InferenceSession.create(join(import.meta.dirname, "probe.onnx"), {
    executionProviders: [provider],
    logSeverityLevel: 3,
  });
  return async (side: number) => {
    const image = new Tensor("float32", wave(channels * side * side, 0.3, 1), [1, channels, side, side]);
    const start = performance.now();
    const { output } = await session.run({ image, kernel });
    return { output: output!.data as Float32Array, ms: performance.now() - start };
  };
}

type Model = Awaited<ReturnType<typeof openModel>>;

async function probe(provider: string, timed: boolean): Promise<ProbeAnswer> {
  const [candidate, cpu] = [await openModel(provider), await openModel("cpu")];
  const { output: expected } = await cpu(sides.short);
  const runs = [await candidate(sides.short), await candidate(sides.short), await candidate(sides.short)];
  const digests = new Set(runs.map(({ output }) => hash("sha256", output).slice(0, 12)));
  const difference = Math.max(...runs.map(({ output }) => relativeDifference(output, expected)));
  const bits = digests.size === 1 ? [...digests][0] : undefined;
  if (!timed) return { difference, bits };
  const side = runs.at(-1)!.ms > hopeless ? sides.short : sides.long;
  return { difference, bits, speed: (await fastest(cpu, side)) / (await fastest(candidate, side)) };
}

/** NaN, which no tolerance allows, if a value is not finite. */
function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(actual[i]! - value)), 0) / largest;
}

/** The first run at a size compiles and allocates; the best of the next three counts. */
async function fastest(model: Model, side: number): Promise<number> {
  await model(side);
  return Math.min((await model(side)).ms, (await model(side)).ms, (await model(side)).ms);
}

const [provider, timed] = process.argv.slice(2);
const answer = await probe(provider!, timed === "timed").catch((error: Error): ProbeAnswer => {
  return { failed: error.message };
});
process.send!(answer, () => process.disconnect());
