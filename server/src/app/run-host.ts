import type { Unusable } from "@clipwork/engine";
import type { ArtifactStore } from "../artifacts/port.ts";
import type { Checker } from "../checker/checker.ts";
import { valuesBudget } from "../data-folder/data-folder.ts";
import { roomOf, roomTrouble } from "../data-folder/room.ts";
import type { CurrentRuns } from "../forecast/current-runs.ts";
import type { Forecast } from "../forecast/forecast.ts";
import type { BareSetup } from "../installed/bare-setup.ts";
import { Dispatcher } from "../queue/dispatch/dispatcher.ts";
import type { Frame } from "../queue/dispatch/run-watcher.ts";
import type { RunQueue } from "../queue/port.ts";
import { diskStore } from "../values/disk-store.ts";
import { Trimmer } from "../values/trimmer.ts";
import type { Hash } from "../wire/wire.ts";
import type { Worker } from "../worker/worker.ts";

type Parts = {
  readonly data: string;
  readonly folders: { readonly values: string; readonly artifacts: string; readonly store?: string };
  readonly setup: Pick<BareSetup, "keepRuns" | "keepBytes" | "runsAtOnce">;
  readonly queue: RunQueue;
  readonly artifacts: ArtifactStore;
  readonly checker: Pick<Checker, "check">;
  readonly worker: Pick<Worker, "run" | "kill" | "pid" | "starts">;
  readonly forecast: Forecast;
  readonly current: CurrentRuns;
  /** Hears of files that an output named. */
  readonly onFiles: (hashes: readonly Hash[]) => void;
  readonly onFrame: (frame: Frame) => void;
  /** Hears each line that the worker's process writes. */
  readonly onLine: (run: string, line: string) => void;
  /** Before a run's first event. */
  readonly onBegin?: (run: string) => void;
  /** After each event of a run. */
  readonly onStep?: (run: string) => void;
  /** After a run's last event. */
  readonly onEnd: (run: string) => void;
  /** Why the store that machines share cannot be used, if there is one. */
  readonly storeTrouble?: () => Promise<Unusable | undefined>;
  /** Hears at each look why no run may begin, if there is a reason. */
  readonly onTrouble?: (trouble: Unusable | undefined) => void;
  /** Hears when such a trouble begins, and when it is over. */
  readonly onHeld: (trouble: Unusable | undefined) => void;
  readonly onFault: (run: string | undefined, error: unknown) => void;
  /** The context of a run's trace, for its worker. */
  readonly traceparent?: (run: string) => string | undefined;
};

/** What takes the runs of a queue and has a worker run them, with the values of a data folder: the part that a server and `clipwork worker` have in common. */
export function createRunHost(parts: Parts): Dispatcher {
  const { data, folders, setup, queue, artifacts, checker, worker, forecast, current, onFault } = parts;
  const onStoreFault = (error: unknown) => onFault(undefined, error);
  const trimmer = new Trimmer({
    values: diskStore(folders.values),
    budget: setup.keepBytes ?? valuesBudget,
    onFault: onStoreFault,
  });
  /** Whether it has added values. */
  let grew = false;
  return new Dispatcher({
    ...{ queue, worker, artifacts, folders, onFault },
    ...(parts.traceparent && { traceparent: parts.traceparent }),
    atOnce: setup.runsAtOnce ?? 1,
    async check(id) {
      const found = await queue.find(id);
      if (!found) throw new Error(`run ${id} is gone`);
      const { document, set, targets } = found;
      const { accepted, problems } = await checker.check({ document, set, targets, want: { order: true } });
      return { ...(accepted && { checked: accepted.checked! }), problems };
    },
    watcher: {
      begin(id, ahead) {
        forecast.servedBy(worker.pid);
        current.begin(id, ahead);
        parts.onBegin?.(id);
      },
      unforeseen: (run, node, kind) => current.unforeseen(run, node, kind),
      record(run, event, view) {
        current.record(run, event, view);
        parts.onStep?.(run);
        if ("executed" in event && event.executed > 0) grew = true;
        if (event.event === "run.output") parts.onFiles(event.output.files.map(({ hash }) => hash));
      },
      frame: parts.onFrame,
      line: parts.onLine,
      end(run) {
        current.end(run);
        if (grew) trimmer.grew();
        grew = false;
        parts.onEnd(run);
      },
    },
    async atRest() {
      await trimmer.rest();
      await queue.retain(setup.keepRuns ?? Number.POSITIVE_INFINITY);
    },
    needsRest: () => trimmer.isFull,
    async trouble() {
      const trouble = roomTrouble(await roomOf(data)) ?? (await parts.storeTrouble?.());
      parts.onTrouble?.(trouble);
      return trouble;
    },
    onHeld: parts.onHeld,
  });
}
