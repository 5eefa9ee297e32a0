export { isTooDeep } from "./fields/depth.ts";
export { inWords } from "./fields/in-words.ts";
export { named } from "./fields/named.ts";
export { PackError } from "./fields/pack-error.ts";
export { namePattern, nameRule, type Origin } from "./manifest/head.ts";
export type { Manifest } from "./manifest/manifest.ts";
export { readManifest } from "./manifest/read-manifest.ts";
export { FileHashes, type KnownHash } from "./pack/file-hashes.ts";
export { findPacks, loadPack } from "./pack/load-pack.ts";
export type { Pack } from "./pack/pack.ts";
export { readArrays } from "./pack/pack-arrays.ts";
export { type PackSummary, packSummary, type StageSummary } from "./pack/pack-summary.ts";
export type { Arrays, NamedArray } from "./pack/safetensors.ts";
export { arrayDigests, packDigests, stageDigests } from "./pack/stage-digests.ts";
export { weightStems } from "./pack/weight-stems.ts";
export { type DeviceProbe, type DeviceQueueOptions, type DeviceRun, deviceQueue } from "./runner/device-queue.ts";
export { type FakeRunner, type FakeRunnerOptions, fakeRunner } from "./runner/fake-runner.ts";
export type { Loading, ModelRunner, StageCall, Watch } from "./runner/runner.ts";
export type { Tensor, Tensors } from "./runner/tensor.ts";
export type { AutoregressivePrior } from "./stages/autoregressive-prior.ts";
export type { Condition } from "./stages/condition.ts";
export type { Fact } from "./stages/define-stage.ts";
export { type Denoiser, finisherOf } from "./stages/denoiser.ts";
export type { HashedFile, StageFiles } from "./stages/files.ts";
export type { ImageEncoder } from "./stages/image-encoder.ts";
export type { ImageNoise } from "./stages/image-noise.ts";
export type { LatentDecoder } from "./stages/latent-decoder.ts";
export type { LatentEncoder } from "./stages/latent-encoder.ts";
export { type Part, partsOf } from "./stages/parts.ts";
export type { Prior } from "./stages/prior.ts";
export type { Stage } from "./stages/roles.ts";
export {
  defaultSampler,
  defaultSteps,
  type Sampled,
  type SamplerName,
  type Scheduler,
  samplers,
} from "./stages/scheduler.ts";
export type { Score, Wording } from "./stages/score.ts";
export type { Sight } from "./stages/spaces.ts";
export { type TextEncoder, textEncoderOf } from "./stages/text-encoder.ts";
export type { Tokenizer, Tokens } from "./text/tokenizer.ts";
