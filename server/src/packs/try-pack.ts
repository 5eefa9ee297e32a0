import { type Pack, PackError, type Tensor, type Tensors } from "@clipwork/models";
import { createOnnxRunner, type PortInfo } from "@clipwork/models/onnx";

/** One stage that was run once. */
export type Tried = { readonly stage: string; readonly ms: number };

/**
 * Runs every stage of a pack once, with one row of numbers that mean nothing, one stage in memory at a time. Throws PackError if a
 * graph cannot be loaded, fails, or returns a number that is not finite.
 */
export async function tryPack(
  pack: Pack,
  { onStage, signal }: { readonly onStage?: (stage: string) => void; readonly signal?: AbortSignal } = {},
): Promise<readonly Tried[]> {
  const { name, stages } = pack.manifest;
  const runner = createOnnxRunner({ packs: new Map([[name, pack]]), sessionBytes: 0 });
  const tried: Tried[] = [];
  try {
    for (const stage of Object.keys(stages)) {
      signal?.throwIfAborted();
      onStage?.(stage);
      const before = performance.now();
      const { inputs } = await runner.warm(name, stage);
      const played = stages[stage]!;
      const own = played.inputs ?? {};
      const sampled = "scheduler" in played && played.scheduler !== "once" ? played.scheduler : undefined;
      const timestep = sampled ? Math.floor(sampled.trainTimesteps / 2) : 0;
      const feeds: Tensors = Object.fromEntries(
        inputs.map((port) => [own[port.name] ?? port.name, someRow(port, timestep)]),
      );
      const outputs = await runner.run({ pack: name, stage, feeds });
      for (const [output, { data }] of Object.entries(outputs)) {
        const wrong = data.findIndex((value) => !Number.isFinite(value));
        if (wrong >= 0)
          throw new PackError(
            `The stage "${stage}" of pack "${name}" returned ${data[wrong]} in "${output}".`,
            "Its weights are damaged or of a network that Clipwork does not know: download them again.",
          );
      }
      tried.push({ stage, ms: performance.now() - before });
    }
  } finally {
    await runner.close();
  }
  return tried;
}

/** A side that a graph leaves open: small, and a multiple of what networks halve. */
const side = 32;

/** One row for an input. A mask lets all pass. */
function someRow({ name, type, shape }: PortInfo, timestep: number): Tensor {
  const sizes = shape.map((size, axis) => (typeof size === "number" ? size : axis === 0 ? 1 : side));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (type === "int32") return { shape: sizes, data: new Int32Array(count).fill(1) };
  const value = name.endsWith("mask") ? () => 1 : name === "timestep" ? () => timestep : (i: number) => Math.sin(i);
  return { shape: sizes, data: Float32Array.from({ length: count }, (_, i) => value(i)) };
}
