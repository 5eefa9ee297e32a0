import type { Problem } from "@clipwork/engine";

/** Why a host does not do what it was asked: shown to whoever asked, with a way out. */
export class Refusal extends Error {
  readonly reason: "unknown" | "conflict" | "invalid" | "media" | "large" | "full" | "disk";
  readonly remedy: string;
  /** The engine's problems, if a workflow is at fault. */
  readonly problems: readonly Problem[] | undefined;

  constructor(reason: Refusal["reason"], message: string, remedy: string, problems?: readonly Problem[]) {
    super(message);
    this.reason = reason;
    this.remedy = remedy;
    this.problems = problems;
  }
}
