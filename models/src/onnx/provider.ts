/** What ONNX Runtime can run models on here. */
export const providers = ["cpu", "webgpu", "cuda"] as const;

export type Provider = (typeof providers)[number];

/** What a worker runs its models on. Plain data: the host chooses it once and passes it to the worker. */
export type Device = {
  readonly provider: Provider;
  /**
   * Provider, precision, runtime version, processor, and what distinguishes one GPU's bits from another's; for
   * fingerprints.
   */
  readonly numerics: string;
};
