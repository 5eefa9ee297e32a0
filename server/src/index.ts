// The front door for programs: `import { openClipwork } from "clipwork"`.
export type { Problem, RunEvent, WorkflowJson } from "@clipwork/engine";
export { ClipworkError, RunFailed } from "./local/errors.ts";
export {
  type Clipwork,
  type OpenOptions,
  openClipwork,
  type Run,
  type RunOptions,
  type RunResult,
} from "./local/open-clipwork.ts";
export type { Output, OutputFile } from "./local/output.ts";
