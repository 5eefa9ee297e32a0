import type { RunContext } from "@clipwork/engine";
import { inWords, type Loading, type ModelRunner, type StageCall } from "@clipwork/models";

/** How often an item says how far it has read, in milliseconds. */
const pause = 250;

/** Whom a call is for, and the run, with which others share the device. */
type Asking = Required<Pick<StageCall, "owner" | "party">>;

/**
 * The models, as an item has them: while a stage is loaded for it, it says so, and a cancelled run ends the loading.
 */
export function reportingModels(
  models: ModelRunner,
  { doing, signal }: Pick<RunContext, "doing" | "signal">,
  asking: Asking,
  now: () => number = performance.now.bind(performance),
): ModelRunner {
  let next = 0;
  const onLoad = (loading: Loading) => {
    if (loading.read !== undefined && loading.read < loading.bytes && now() < next) return;
    next = now() + pause;
    doing(loadingText(loading));
  };
  return {
    run: (call) => models.run({ onLoad, signal, ...asking, ...call }),
    inputs: (pack, stage, watch) => models.inputs(pack, stage, { onLoad, signal, ...watch }),
    close: () => models.close(),
  };
}

function loadingText({ bytes, read }: Loading): string {
  return read === undefined ? `loading ${inWords(bytes)}` : `reading ${inWords(read)} of ${inWords(bytes)}`;
}
