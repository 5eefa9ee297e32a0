import type { EndState, Problem } from "@clipwork/engine";
import type { Output } from "./output.ts";

/** Why something cannot be done, with every problem that was found, each with its place in the workflow and a remedy. */
export class ClipworkError extends Error {
  override readonly name: string = "ClipworkError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message, remedy }) => (remedy ? `${message} ${remedy}` : message)).join("\n"));
    this.problems = problems;
  }
}

/** A run that failed or was cancelled. What it had made by then is not lost. */
export class RunFailed extends ClipworkError {
  override readonly name = "RunFailed";
  readonly state: Exclude<EndState, "finished">;
  /** The outputs that were finished. */
  readonly outputs: readonly Output[];

  constructor(state: RunFailed["state"], problems: readonly Problem[], outputs: readonly Output[]) {
    super(problems);
    this.state = state;
    this.outputs = outputs;
  }
}
