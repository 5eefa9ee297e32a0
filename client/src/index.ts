// The front door: a server's API and its live events, for programs.
export type { Problem, RunEvent, WorkflowJson } from "@clipwork/engine";
export { type Client, type ClientOptions, createClient, RequestRefused } from "./client.ts";
export {
  ClipworkError,
  type Output,
  type OutputFile,
  type Run,
  RunFailed,
  type RunOptions,
  type RunResult,
  type Runs,
} from "./runs.ts";
export type { components, operations, paths } from "./schema.ts";
export {
  type NamedOutput,
  type Reading,
  type Readings,
  runTyped,
  type TableRow,
  type TypedResult,
  type TypedRun,
} from "./typed.ts";
