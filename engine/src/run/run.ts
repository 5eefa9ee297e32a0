import type { Plan } from "../plan/plan.ts";
import type { RunOptions, RunResult } from "./run-options.ts";
import { Scheduler } from "./scheduler.ts";

/**
 * Runs a plan. Resolves when nothing of it is in progress any more and all its results are in the cache; a node's failure
 * is part of the result. Rejects only on a bug of the engine or if `emit` throws.
 */
export function run<Services>(plan: Plan<Services>, options: RunOptions<Services>): Promise<RunResult> {
  return new Scheduler(plan, options).run();
}
