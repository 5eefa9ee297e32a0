export type { HashedFile, Manifest, SamplerStage, SchedulerConfig, StageFiles, UpsamplerStage } from "./manifest.ts";
export type { Pack } from "./pack.ts";
export type { ModelRunner, StageCall } from "./runner.ts";
export type { Tensor, Tensors } from "./tensor.ts";
export type { Tokenizer, Tokens } from "./tokenizer.ts";
