export { chooseDevice, fastestProvider, probeAll } from "./choose-device.ts";
export { cpuDevice } from "./numerics.ts";
export { createOnnxRunner, type OnnxRunner, type OnnxRunnerOptions } from "./onnx-runner.ts";
export type { ProviderReport } from "./probe.ts";
export type { PortInfo, SessionInfo } from "./protocol.ts";
export { type Device, type Provider, providers } from "./provider.ts";
