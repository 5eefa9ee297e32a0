import { setTimeout as wait } from "node:timers/promises";
import { PackError } from "@clipwork/models";
import { Broken } from "./request.ts";
import type { Hub } from "./settings.ts";

/** Tries that may fail one after the other without anything arriving. */
const maxTries = 5;

/** That the connection kept breaking: what came so far is worth going on with. */
export class BrokeOff extends PackError {}

/**
 * Does something again when the connection breaks, after a pause that doubles. A try that `got` further than the one before counts as the
 * first again. Throws BrokeOff when it keeps breaking; `kept` says what the user loses.
 */
export async function withPatience<T>(
  { retryMs }: Pick<Hub, "retryMs">,
  attempt: () => Promise<T>,
  {
    signal,
    got = () => 0,
    kept,
  }: { readonly signal: AbortSignal; readonly got?: () => number; readonly kept: () => string },
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const before = got();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Broken) || signal.aborted) throw error;
      if (got() > before) tries = 1;
      if (tries >= maxTries) throw new BrokeOff(`${error.message}, ${maxTries} times in a row.`, kept());
      await wait(retryMs * 2 ** (tries - 1), undefined, { signal });
    }
  }
}
