import { hostname } from "node:os";
import { join } from "node:path";
import type { Checker } from "../checker/checker.ts";
import { openDataFolder, valuesFolder } from "../data-folder/data-folder.ts";
import { Database } from "../data-folder/database.ts";
import { versions } from "../data-folder/versions.ts";
import { keepFolder } from "../files/whole-file.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { placedWorker } from "../fleet/placed-worker.ts";
import type { WorkerState } from "../fleet/registry.ts";
import { CurrentRuns } from "../forecast/current-runs.ts";
import { Forecast } from "../forecast/forecast.ts";
import type { BareSetup } from "../installed/bare-setup.ts";
import { PackLibrary } from "../installed/pack-library.ts";
import type { LogLevel } from "../settings/log-level.ts";
import { bytesOf } from "../values/entry-files.ts";
import { startWorker } from "../worker/worker.ts";
import { openLog } from "./log.ts";
import { memoryHere } from "./memory-here.ts";
import { createRunHost } from "./run-host.ts";

/** What it has is looked at again so often, in milliseconds: packs come and go while it runs. */
const lookMs = 5000;
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
  const { queue, artifacts, live, registry, place, claims } = fleet;
  const folders = { values: valuesFolder(data), artifacts: join(data, "artifacts"), store };
  const worker = startWorker(setup);
  const packs = new PackLibrary(setup.packRoots, setup.hashesFile);
  const placed = placedWorker(worker, { packs, artifacts, place, claims, numerics: setup.device.numerics });
  const forecast = new Forecast(database);
  const current = new CurrentRuns(forecast, (key) => bytesOf(folders.values, key));
  let has = await checker.offer();
  const since = Date.now();
  const memory = memoryHere();
  let isDraining = false;
  /** The runs in progress: since when, and when each last told how far it has got. */
  const busy = new Map<string, { readonly since: number; told: number }>();
  const member = await registry.join(() => ({
    ...{ name: hostname(), pid: process.pid, version: versions().clipwork!, provider: setup.device.provider },
    ...{ memory, packs: packsIn(has, placed.warm()), since },
    state: isDraining ? "draining" : busy.size === 0 ? "idle" : "busy",
    runs: [...busy].map(([run, { since }]) => ({ run, since })),
  }));
  let offered = "";
  /** Says what it has, if that is not what it said last. */
  const offer = async () => {
    if (isDraining) return;
    // Of the memory of other devices nothing is known.
    const limit = setup.device.provider === "cpu" ? memory : 0;
    const now = { has, warm: placed.warm(), memory: limit, atOnce: setup.runsAtOnce ?? 1 };
    if (JSON.stringify(now) === offered) return;
    offered = JSON.stringify(now);
    member.tell();
    await queue.offer(now);
  };
  const onFault = (error: unknown) => log.error(error);
  const look = async () => {
    has = await checker.offer();
    await offer();
  };
  await offer();
  const looking = setInterval(() => void look().catch(onFault), lookMs).unref();
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
    onBegin(run) {
      busy.set(run, { since: Date.now(), told: Number.NEGATIVE_INFINITY });
      member.tell();
    },
    onStep(run) {
      const known = busy.get(run);
      const now = performance.now();
      const progress = current.progressOf(run);
      if (!known || now - known.told < tellMs || !progress) return;
      known.told = now;
      const msLeft = progress.msLeft();
      live.progress(run, { ...progress.counts(), ...(msLeft !== undefined && { msLeft }) });
    },
    onEnd(run) {
      if (busy.delete(run)) live.progress(run, undefined);
      member.tell();
      void offer().catch(onFault);
    },
    storeTrouble: fleet.storeTrouble,
    onHeld: (trouble) => trouble && log.error(trouble.message),
    onFault: (run, error) => log.error({ run, err: error }),
  });
  worker.boot();
  await host.open();
  return {
    async drain() {
      isDraining = true;
      member.tell();
      await queue.offer(undefined);
      await host.drain();
    },
    async close() {
      fleet.ending();
      isDraining = true;
      clearInterval(looking);
      await host.close();
      await queue.offer(undefined).catch(onFault);
      await member.leave().catch(onFault);
      await artifacts.close();
      await fleet.close();
      database.close();
    },
  };
}

/** The model packs among what a worker has. */
function packsIn(has: readonly string[], warm: readonly string[]): WorkerState["packs"] {
  return has.flatMap((what) => {
    const [sort, name, digest] = what.split(" ");
    return sort === "pack" && digest !== undefined ? [{ name: name!, warm: warm.includes(what) }] : [];
  });
}
