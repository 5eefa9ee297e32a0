import type { Refinement } from "./socket.ts";

/** What the engine has to know of a model pack: facts that refine types, digests that enter fingerprints. */
export type PackFacts = {
  readonly name: string;
  /** Facts by key: "space" (a CLIP space as { id, name }), "decoder.size", "upsampler-256.conditionSize" … */
  readonly refinements: { readonly [key: string]: Refinement };
  /** Digest of each stage: its ONNX file, external data and manifest section. */
  readonly stages: { readonly [stage: string]: string };
  /** Digest of each of its arrays; absent if it has none. */
  readonly arrays?: { readonly [name: string]: string };
};
