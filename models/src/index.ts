export { type DeviceQueueOptions, type DeviceRun, deviceQueue } from "./device-queue.ts";
export { type FakeRunner, type FakeRunnerOptions, fakeRunner } from "./fake-runner.ts";
export { findPacks, loadPack } from "./load-pack.ts";
export {
  type HashedFile,
  type Manifest,
  readManifest,
  type SamplerStage,
  type SchedulerConfig,
  type StageFiles,
  type UpsamplerStage,
} from "./manifest.ts";
export type { Pack } from "./pack.ts";
export { PackError } from "./pack-error.ts";
export { type PackSummary, packSummary, type StageSummary } from "./pack-summary.ts";
export type { ModelRunner, StageCall } from "./runner.ts";
export { stageDigests } from "./stage-digests.ts";
export type { Tensor, Tensors } from "./tensor.ts";
export type { Tokenizer, Tokens } from "./tokenizer.ts";
