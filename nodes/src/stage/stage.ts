import { NodeError, type RunContext } from "@clipwork/engine";
import type { Manifest, Pack, Tensor, Tensors } from "@clipwork/models";
import type { NodeServices } from "./services.ts";

/** What a running node has at hand. */
export type Host = RunContext & NodeServices;

type Stages = Manifest["stages"];
type StageName = "prior" | "decoder-condition" | "decoder" | "upsampler-256" | "upsampler-1024";

/** The manifest's section of a stage that a node needs. Packs need not have every stage. */
export function requireStage<Name extends StageName>(pack: Pack, name: Name): NonNullable<Stages[Name]> {
  const stage = pack.manifest.stages[name];
  if (stage) return stage as NonNullable<Stages[Name]>;
  throw new NodeError(
    `The pack "${pack.manifest.name}" has no stage "${name}".`,
    "Choose a pack that has it, or leave this node out.",
  );
}

/** One row of numbers as a tensor: [1, ...shape]. */
export function row(data: Float32Array | Int32Array, ...shape: readonly number[]): Tensor {
  return { shape: [1, ...shape], data };
}

/** The numbers of a stage's output. A missing one is a fault of the pack's export, not of the workflow. */
export function output(outputs: Tensors, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new Error(`The stage gave no float output "${name}", only ${Object.keys(outputs).join(", ")}.`);
}
