import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Problem } from "@clipwork/engine";
import type { Provider } from "@clipwork/models/onnx";
import { BadToken } from "../access/access.ts";
import { type Front, readBasePath, readProxies } from "../access/front.ts";
import { type RunningServer, serve } from "../app/serve.ts";
import { Checker } from "../checker/checker.ts";
import { dataFolder, dataFolderTrouble, valuesBudget, valuesFolder } from "../data-folder/data-folder.ts";
import { FolderInUse } from "../data-folder/database.ts";
import { networkOf, networkWarning } from "../data-folder/network-disk.ts";
import { serverFoldersTrouble } from "../data-folder/server-folders.ts";
import { isDiskFull } from "../files/disk-full.ts";
import { fleetOf } from "../fleet/fleet-of.ts";
import { type BareSetup, openBareSetup } from "../installed/bare-setup.ts";
import type { LogLevel } from "../settings/log-level.ts";
import { telemetryWanted } from "../telemetry/wanted.ts";
import { called, shippedWorkflows } from "../terminal/called.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem } from "../terminal/terminal.ts";
import { joinFleet } from "./fleet/join-fleet.ts";

export type ServeCommandOptions = {
  readonly port: string;
  readonly host: string;
  readonly allowHost: readonly string[];
  /** True without a value. */
  readonly trustProxy?: string | true;
  readonly basePath?: string;
  readonly queue?: string;
  readonly store?: string;
  readonly data?: string;
  readonly provider?: Provider | "auto";
  readonly logLevel?: LogLevel;
  /** Seconds, as text. */
  readonly drain?: string;
  readonly json?: boolean;
};

/** The longest time that a server may let its run go on, in seconds. */
const maxDrain = 86_400;

/** `clipwork serve`: prints the address and serves until it is interrupted. Returns the exit code. */
export async function serveCommand(terminal: Terminal, options: ServeCommandOptions): Promise<number> {
  const json = options.json === true;
  const tell = (problem: Problem) =>
    json ? terminal.out(JSON.stringify({ event: "notice", ...problem })) : tellProblem(terminal, problem);
  const seconds = Number(options.drain ?? 0);
  if (!(seconds >= 0 && seconds <= maxDrain)) {
    const message = `--drain ${options.drain} is no number of seconds.`;
    return refuse(terminal, [inputProblem("usage", message, `Give one from 0 to ${maxDrain}.`)], json);
  }
  const interrupted = once(process, "SIGINT");
  const stopped = Promise.race([interrupted, once(process, "SIGTERM")]);
  const opened = await openServer(options, tell);
  if ("problems" in opened) return refuse(terminal, opened.problems, json);
  const { url, drain, close } = opened;
  terminal.out(json ? JSON.stringify({ event: "serving", url, pid: process.pid }) : `Clipwork is at ${url}`);
  // For the next start, however this server ends: it takes half the time and 30 MB less.
  flushCompileCache();
  await stopped;
  // Whoever asks a second time wants it now.
  const again = Promise.race([interrupted, once(process, "SIGTERM")]);
  if (seconds > 0) await Promise.race([drain(), wait(seconds * 1000, undefined, { ref: false }), again]);
  await close();
  return exitCodes.done;
}

/** A server as the options ask for it, or what prevents it. `tell` hears what it gets by with. */
export async function openServer(
  options: Omit<ServeCommandOptions, "json" | "drain">,
  tell: (problem: Problem) => void,
): Promise<Pick<RunningServer, "url" | "drain" | "close"> | { readonly problems: readonly Problem[] }> {
  const data = dataFolder(options.data);
  const trouble = (await dataFolderTrouble(data)) ?? (await serverFoldersTrouble(data));
  if (trouble) return { problems: [inputProblem("bad-folder", trouble.message, trouble.remedy)] };
  const port = /^\d{1,5}$/.test(options.port) ? Number(options.port) : Number.NaN;
  if (!(port <= 65_535)) {
    const message = `--port ${options.port} is not a port.`;
    return { problems: [inputProblem("usage", message, "Give a number from 0 to 65535; 0 takes a free one.")] };
  }
  const telemetry = telemetryWanted(process.env);
  if (telemetry && "message" in telemetry)
    return { problems: [inputProblem("bad-telemetry", telemetry.message, telemetry.remedy)] };
  const { setup: own, problems } = await openBareSetup(data, options.provider);
  if (!own) return { problems };
  const shared = fleetOf(options, own);
  if (shared && "code" in shared) return { problems: [shared] };
  const setup = { ...own, ...shared };
  const front = frontOf(options, setup);
  if ("code" in front) return { problems: [front] };
  const artifacts = join(data, "artifacts");
  const keepBytes = setup.keepBytes ?? valuesBudget;
  const fleet = shared && (await joinFleet(shared, { ...setup, artifacts, keepBytes, hears: "all" }));
  if (fleet && "code" in fleet) return { problems: [fleet] };
  const checker = await Checker.start({ setup, values: valuesFolder(data), artifacts });
  for (const problem of checker.problems) tell(problem);
  try {
    const server = await serve({
      data,
      port,
      host: options.host,
      setup,
      checker,
      allowHosts: options.allowHost,
      front,
      logLevel: options.logLevel ?? setup.logLevel ?? "warn",
      fleet,
      telemetry,
      called: { command: called, ...(shippedWorkflows && { workflows: shippedWorkflows }) },
    });
    const network = await networkOf(data);
    if (network !== undefined) tell({ code: "network-disk", severity: "warning", ...networkWarning(network) });
    if (server.mended !== undefined) tell({ ...mendedHead, message: server.mended });
    return {
      url: server.url,
      drain: () => server.drain(),
      async close() {
        await server.close();
        await checker.close();
      },
    };
  } catch (error) {
    await checker.close();
    const problem = startProblem(error as NodeJS.ErrnoException, { ...options, data });
    if (!problem) throw error;
    await fleet?.close();
    return { problems: [problem] };
  }
}

/** What stands in front, by the options or else by the configuration, or what is wrong with them. */
function frontOf(options: Omit<ServeCommandOptions, "json" | "drain">, setup: BareSetup): Front | Problem {
  const path = options.basePath ?? setup.basePath ?? "";
  const basePath = readBasePath(path);
  if (basePath === undefined) return inputProblem("usage", `${path} is no base path.`, "Give one such as /clipwork.");
  const asked = options.trustProxy === true ? "loopback" : (options.trustProxy ?? setup.trustProxy);
  if (asked === undefined) return { basePath };
  const proxies = readProxies(asked);
  if (proxies) return { basePath, proxies };
  const remedy = "Give loopback, addresses or ranges such as 10.0.0.0/8, separated by commas.";
  return inputProblem("usage", `${asked} names no proxies that could be trusted.`, remedy);
}

const mendedHead = {
  code: "damaged-database",
  severity: "warning",
  remedy:
    "Look through runs and workflows; a backup has what is missing. Delete the file that is kept aside when it is of no more use.",
} as const;

/** What prevents a start, if the user can fix it. */
function startProblem(
  error: NodeJS.ErrnoException,
  { port, host, data }: { port: string; host: string; data: string },
): Problem | undefined {
  if (isDiskFull(error)) {
    const message = `The disk of the data folder ${data} is full.`;
    return inputProblem("disk-full", message, "Free some space there, or name a folder on another disk with --data.");
  }
  if (error instanceof FolderInUse) {
    return inputProblem("folder-in-use", error.message, "Use that server, end it, or name another folder with --data.");
  }
  if (error instanceof BadToken) {
    return inputProblem(
      "bad-token",
      error.message,
      "Delete the file and start again: a new token is made and printed.",
    );
  }
  switch (error.code) {
    case "EADDRINUSE":
      return inputProblem(
        "port-in-use",
        `Port ${port} of ${host} is in use.`,
        "Name another with --port; 0 takes a free one.",
      );
    case "EACCES":
      return inputProblem("port-refused", `Port ${port} may not be used.`, "Name one from 1024 with --port.");
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return inputProblem("bad-host", `This machine has no address ${host}.`, "Name one of its own with --host.");
    default:
      return undefined;
  }
}
