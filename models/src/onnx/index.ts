export { describeNumerics } from "./numerics.ts";
export { createOnnxRunner, type OnnxRunner, type OnnxRunnerOptions } from "./onnx-runner.ts";
export type { PortInfo, SessionInfo } from "./protocol.ts";
