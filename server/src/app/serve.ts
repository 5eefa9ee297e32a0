import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostsOf, isLoopback, tokenOf } from "../access/access.ts";
import { keepRoom } from "../access/connections.ts";
import { type Front, serveBelow } from "../access/front.ts";
import { Tokens } from "../access/tokens.ts";
import type { Checker } from "../checker/checker.ts";
import { forgetServing, noteServing } from "../data-folder/notes/serving.ts";
import { keepFolder } from "../files/whole-file.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { BareSetup } from "../installed/bare-setup.ts";
import type { LogLevel } from "../settings/log-level.ts";
import type { WantedTelemetry } from "../telemetry/wanted.ts";
import type { Called } from "../wire/wire.ts";
import { startWorker } from "../worker/worker.ts";
import { createApp } from "./create-app.ts";
import { openLog } from "./log.ts";

export type RunningServer = {
  /** Where the server is reached, with the token if one is required. */
  readonly url: string;
  /** What was done to the data folder when it was opened, in a sentence, if something was damaged. */
  readonly mended: string | undefined;
  /** Lets no further run begin, and resolves when the one in progress has ended. Until then all else goes on. */
  drain(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts a server on a data folder. It listens before models are ready. Throws FolderInUse if another one has the folder,
 * and BadToken if its token is none.
 */
export async function serve(options: {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly setup: BareSetup;
  readonly checker: Checker;
  /** More names for this server, as a proxy in front of it passes them on. */
  readonly allowHosts: readonly string[];
  /** What stands in front of it. */
  readonly front: Front;
  readonly logLevel: LogLevel;
  /** The queue and the store that it shares with others, if it does: then it runs nothing itself. */
  readonly fleet?: Fleet | undefined;
  /** What is sent to a collector of OpenTelemetry. */
  readonly telemetry: WantedTelemetry | undefined;
  /** How people call the command line. */
  readonly called: Called;
}): Promise<RunningServer> {
  const { data, port, host: address, setup, checker, allowHosts, front, fleet, called } = options;
  const log = openLog(options.logLevel);
  // A name that others may use, or a proxy, reaches this machine from elsewhere, whatever the address is.
  const open = !isLoopback(address) || allowHosts.length > 0 || front.proxies !== undefined;
  await keepFolder(data);
  const token = open ? tokenOf(data) : undefined;
  const named = new Tokens(data);
  const worker = fleet ? undefined : startWorker(setup);
  const app = createApp({ data, setup, checker, worker, fleet, log, telemetry: options.telemetry, called });
  const server = createServer({
    requestTimeout: 120_000,
    headersTimeout: 10_000,
    // Otherwise Node looks every 30 seconds whether one of these times is over.
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16_384,
    // Longer than clients and proxies keep a connection (60 s): who asks just as the server closes it gets no answer.
    keepAliveTimeout: 65_000,
  });
  keepRoom(server);
  serveBelow(server, front.basePath);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const access = { hosts: hostsOf(address, bound, allowHosts), given: allowHosts, token, named, ...front };
  app.answer(server, access);
  const close = async () => {
    log.info("closing");
    server.close();
    server.closeAllConnections();
    forgetServing(data);
    await app.close();
  };
  // Whatever prevents it, nothing goes on listening.
  await app.open().catch(async (error) => {
    await close();
    throw error;
  });
  const name = address === "0.0.0.0" || address === "::" ? "localhost" : address;
  const url = `http://${name.includes(":") ? `[${name}]` : name}:${bound}${front.basePath}`;
  await noteServing(data, { url, pid: process.pid });
  log.info({ address, port: bound, data }, "serving");
  return {
    mended: app.mended,
    url: access.token === undefined ? url : `${url}/?token=${access.token}`,
    async drain() {
      log.info("no further run begins");
      await app.drain();
    },
    close,
  };
}
