import { once } from "node:events";
import { join } from "node:path";
import type { Problem } from "@clipwork/engine";
import type { Provider } from "@clipwork/models/onnx";
import { work } from "../../app/work.ts";
import { Checker } from "../../checker/checker.ts";
import { dataFolder, dataFolderTrouble, valuesBudget, valuesFolder } from "../../data-folder/data-folder.ts";
import { FolderInUse } from "../../data-folder/database.ts";
import { serverFoldersTrouble } from "../../data-folder/server-folders.ts";
import { fleetOf } from "../../fleet/fleet-of.ts";
import { openBareSetup } from "../../installed/bare-setup.ts";
import type { LogLevel } from "../../settings/log-level.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem } from "../../terminal/terminal.ts";
import { joinFleet } from "./join-fleet.ts";

export type WorkerCommandOptions = {
  readonly queue?: string;
  readonly store?: string;
  readonly data?: string;
  readonly provider?: Provider | "auto";
  readonly logLevel?: LogLevel;
  readonly json?: boolean;
};

/** `clipwork worker`: runs the runs of a shared queue until it is interrupted; then it ends what it has begun, and at once when it is interrupted again. Returns the exit code. */
export async function workerCommand(terminal: Terminal, options: WorkerCommandOptions): Promise<number> {
  const json = options.json === true;
  const data = dataFolder(options.data);
  const trouble = (await dataFolderTrouble(data)) ?? (await serverFoldersTrouble(data));
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  const { setup: own, problems } = await openBareSetup(data, options.provider);
  if (!own) return refuse(terminal, problems, json);
  const named = fleetOf(options, own);
  if (named === undefined) return refuse(terminal, [noFleet], json);
  if ("code" in named) return refuse(terminal, [named], json);
  const setup = { ...own, ...named };
  const artifacts = join(data, "artifacts");
  const keepBytes = own.keepBytes ?? valuesBudget;
  const fleet = await joinFleet(named, { ...own, artifacts, keepBytes, hears: "work" });
  if ("code" in fleet) return refuse(terminal, [fleet], json);
  const checker = await Checker.start({ setup, values: valuesFolder(data), artifacts });
  const tell = (problem: Problem) =>
    json ? terminal.out(JSON.stringify({ event: "notice", ...problem })) : tellProblem(terminal, problem);
  for (const problem of checker.problems) tell(problem);
  const interrupted = () => Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const logLevel = options.logLevel ?? setup.logLevel ?? "warn";
  const first = interrupted();
  try {
    const worker = await work({ data, store: named.store, setup, checker, fleet, logLevel });
    terminal.out(
      json
        ? JSON.stringify({ event: "working", pid: process.pid })
        : `This worker takes runs (process ${process.pid}).`,
    );
    await first;
    const again = interrupted();
    await Promise.race([worker.drain(), again]);
    await worker.close();
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    await fleet.close();
    const remedy = "Name a folder of its own for each worker with --data.";
    return refuse(terminal, [inputProblem("folder-in-use", error.message, remedy)], json);
  } finally {
    await checker.close();
  }
}

const noFleet = inputProblem(
  "usage",
  "A worker needs a shared queue and a shared store.",
  "Name them with --queue and --store, as for serve, or in the configuration.",
);
