import { NodeError, type RunContext } from "@clipwork/engine";
import {
  type AutoregressivePrior,
  type Denoiser,
  finisherOf,
  type ImageEncoder,
  type LatentDecoder,
  type LatentEncoder,
  type Manifest,
  type Pack,
  type Prior,
  partsOf,
  type Score,
  type Tensor,
  type Tensors,
  type TextEncoder,
} from "@clipwork/models";
import type { Step } from "../diffusion/schedule.ts";
import type { NodeServices } from "./services.ts";

/** What a running node can use. */
export type Host = RunContext & NodeServices;

/** The roles of the stages that nodes ask for. A denoiser that only finishes for another plays no part of its own. */
type Parts = {
  readonly "clip-text": TextEncoder;
  readonly "clip-image": ImageEncoder;
  readonly prior: Prior;
  readonly "autoregressive-prior": AutoregressivePrior;
  readonly decoder: Denoiser;
  readonly "latent-encoder": LatentEncoder;
  readonly "latent-decoder": LatentDecoder;
  readonly "upsampler-256": Denoiser;
  readonly "upsampler-1024": Denoiser;
  readonly classifier: Score;
};

/** A stage of a pack that a node runs: its name in the pack, and the manifest's section. */
export type Played<Stage> = { readonly name: string; readonly stage: Stage };

/** The stage that plays a part in the pack. Throws a NodeError if the pack has none. */
export function requireStage<Part extends keyof Parts>({ manifest }: Pack, part: Part): Played<Parts[Part]> {
  const name = partsOf(manifest).get(part)?.stage;
  if (name !== undefined) return { name, stage: manifest.stages[name] as Parts[Part] };
  throw new NodeError(
    `The pack "${manifest.name}" has no stage "${part}".`,
    "Choose a pack that has it, or leave this node out.",
  );
}

/** The side of the square pictures that a denoiser makes. Throws a NodeError if it makes several sizes. */
export function sideOf(name: string, { sample: { size } }: Denoiser): number {
  if (typeof size === "number") return size;
  throw new NodeError(
    `The stage "${name}" makes pictures with sides of ${size[0]} to ${size[1]} pixels, but this node supports only one size.`,
    "Choose a pack whose pictures have one size.",
  );
}

/** The network that a step of a denoiser runs: the pack may have another for the step that finishes the sample. */
export function networkOf(manifest: Manifest, name: string): (step: Step) => string {
  const last = finisherOf(manifest, name)?.[0] ?? name;
  return ({ previous }) => (previous < 0 ? last : name);
}

/** One row of numbers as a tensor: [1, ...shape]. */
export function row(data: Float32Array | Int32Array, ...shape: readonly number[]): Tensor {
  return { shape: [1, ...shape], data };
}

/** The numbers of a stage's output. Throws if it is missing: a fault of the pack's export, not of the workflow. */
export function output(outputs: Tensors, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new Error(`The stage returned no float output "${name}", only ${Object.keys(outputs).join(", ")}.`);
}
