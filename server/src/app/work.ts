import { hostname, totalmem } from "node:os";
import { join } from "node:path";
import type { Checker } from "../checker/checker.ts";
import { openDataFolder, valuesFolder } from "../data-folder/data-folder.ts";
import { Database } from "../data-folder/database.ts";
import { versions } from "../data-folder/versions.ts";
import { keepFolder } from "../files/whole-file.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { placedWorker } from "../fleet/placed-worker.ts";
import { CurrentRuns } from "../forecast/current-runs.ts";
import { Forecast } from "../forecast/forecast.ts";
import type { BareSetup } from "../installed/bare-setup.ts";
import { PackLibrary } from "../installed/pack-library.ts";
import type { LogLevel } from "../settings/log-level.ts";
import { startWorker } from "../worker/worker.ts";
import { openLog } from "./log.ts";
import { createRunHost } from "./run-host.ts";

/** Servers are told how far a run has got at most this often, in milliseconds. */
const tellMs = 200;

export type RunningWorker = {
  /** Takes no more runs. Resolves when the one in progress has ended. */
  drain(): Promise<void>;
  /** Ends at once; a run in progress waits again. */
  close(): Promise<void>;
};

/** Takes the runs of a fleet and runs them on this machine's device. Throws FolderInUse if another process has the data folder. */
export async function work({
  data,
  store,
  setup,
  checker,
  fleet,
  logLevel,
}: {
  readonly data: string;
  /** The address of the fleet's store. */
  readonly store: string;
  readonly setup: BareSetup;
  readonly checker: Checker;
  readonly fleet: Fleet;
  readonly logLevel: LogLevel;
}): Promise<RunningWorker> {
  const log = openLog(logLevel);
  await keepFolder(data);
  const database = new Database(data);
  await openDataFolder(data);
  const { queue, artifacts, live, registry, place } = fleet;
  const folders = { values: valuesFolder(data), artifacts: join(data, "artifacts"), store };
  const worker = startWorker(setup);
  const packs = new PackLibrary(setup.packRoots, setup.hashesFile);
  const placed = placedWorker(worker, { packs, artifacts, place, numerics: setup.device.numerics });
  const forecast = new Forecast(database);
  const current = new CurrentRuns(forecast);
  const names = (await checker.packs()).flatMap((pack) => ("unusable" in pack ? [] : [pack.name]));
  const since = Date.now();
  let isDraining = false;
  /** The runs in progress, and when each last told how far it has got. */
  const busy = new Map<string, number>();
  const member = await registry.join(() => ({
    ...{ name: hostname(), pid: process.pid, version: versions().clipwork!, provider: setup.device.provider },
    ...{ memory: totalmem(), packs: names, since },
    state: isDraining ? "draining" : busy.size === 0 ? "idle" : "busy",
    ...(busy.size > 0 && { run: [...busy.keys()][0]! }),
  }));
  const host = createRunHost({
    ...{ data, folders, setup, queue, artifacts, checker, forecast, current },
    worker: {
      run: placed.run,
      kill: worker.kill,
      get pid() {
        return worker.pid;
      },
      get starts() {
        return worker.starts;
      },
    },
    // They are in the store before the log names them.
    onFiles() {},
    onFrame: (frame) => live.frame(frame),
    onLine: (run, line) => log.info({ run, worker: worker.pid }, line),
    onStep(run) {
      if (!busy.has(run)) {
        busy.set(run, Number.NEGATIVE_INFINITY);
        member.tell();
      }
      const now = performance.now();
      const progress = current.progressOf(run);
      if (now - busy.get(run)! < tellMs || !progress) return;
      busy.set(run, now);
      const msLeft = progress.msLeft();
      live.progress(run, { ...progress.counts(), ...(msLeft !== undefined && { msLeft }) });
    },
    onEnd(run) {
      if (busy.delete(run)) live.progress(run, undefined);
      member.tell();
    },
    onHeld: (trouble) => trouble && log.error(trouble.message),
    onFault: (run, error) => log.error({ run, err: error }),
  });
  worker.boot();
  await host.open();
  return {
    async drain() {
      isDraining = true;
      member.tell();
      await host.drain();
    },
    async close() {
      await host.close();
      await member.leave();
      await artifacts.close();
      await fleet.close();
      database.close();
    },
  };
}
