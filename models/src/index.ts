export type { ModelRunner, StageCall } from "./runner.ts";
export type { Tensor, Tensors } from "./tensor.ts";
