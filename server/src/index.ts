// The front door for programs: `import { openClipwork } from "clipwork"`.
export {
  ClipworkError,
  type Output,
  type OutputFile,
  type Run,
  RunFailed,
  type RunOptions,
  type RunResult,
  type Runs,
} from "@clipwork/client/runs";
export type { Problem, RunEvent, WorkflowJson } from "@clipwork/engine";
export { type Clipwork, type LocalRunOptions, type OpenOptions, openClipwork } from "./local/open-clipwork.ts";
