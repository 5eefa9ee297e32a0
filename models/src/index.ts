export type {
  HashedFile,
  Manifest,
  SamplerStage,
  SchedulerConfig,
  StageFiles,
  UpsamplerStage,
} from "./manifest/manifest.ts";
export { PackError } from "./manifest/pack-error.ts";
export { readManifest } from "./manifest/read-manifest.ts";
export { FileHashes, type KnownHash } from "./pack/file-hashes.ts";
export { findPacks, loadPack } from "./pack/load-pack.ts";
export type { Pack } from "./pack/pack.ts";
export { type PackSummary, packSummary, type StageSummary } from "./pack/pack-summary.ts";
export { stageDigests } from "./pack/stage-digests.ts";
export { type DeviceProbe, type DeviceQueueOptions, type DeviceRun, deviceQueue } from "./runner/device-queue.ts";
export { type FakeRunner, type FakeRunnerOptions, fakeRunner } from "./runner/fake-runner.ts";
export type { ModelRunner, StageCall } from "./runner/runner.ts";
export type { Tensor, Tensors } from "./runner/tensor.ts";
export type { Tokenizer, Tokens } from "./text/tokenizer.ts";
