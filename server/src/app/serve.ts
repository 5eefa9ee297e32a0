import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import pino from "pino";
import type { Checker } from "../checker/checker.ts";
import { hostsOf, isLoopback, refusal, tokenOf } from "../http/access.ts";
import { buildApp } from "../http/app.ts";
import { startMetrics } from "../http/metrics.ts";
import { routes } from "../http/routes/index.ts";
import type { BareSetup } from "../installed/bare-setup.ts";
import { serveLive } from "../live/live.ts";
import { RunHost } from "../queue/run-host.ts";
import { startWorker } from "../worker/worker.ts";

const root = join(import.meta.dirname, "..", "..", "..");
/** The editor as its build leaves it. */
const ui = join(root, "ui", "dist");
const templatePictures = join(root, "packs", "toybox", "samples", "templates");

export type RunningServer = {
  /** Where it is reached, with the token where one is asked for. */
  readonly url: string;
  close(): Promise<void>;
};

/** Starts a server on a data folder. It listens before models are ready. Throws FolderInUse where another one has the folder. */
export async function serve(options: {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly setup: BareSetup;
  readonly checker: Checker;
  /** More names that mean this server, as a proxy in front of it passes them on. */
  readonly allowHosts: readonly string[];
}): Promise<RunningServer> {
  const { data, port, host: address, setup, checker, allowHosts } = options;
  const log = pino({ level: process.env.CLIPWORK_LOG ?? "warn" }, pino.destination(2));
  const onFault = (error: unknown) => log.error(error);
  const host = new RunHost({
    data,
    setup,
    checker,
    worker: startWorker(setup),
    onFault: (run, error) => log.error({ run, err: error }),
  });
  // A name that others may use reaches this machine from elsewhere, whatever the address is.
  const open = !isLoopback(address) || allowHosts.length > 0;
  const server = createServer({ requestTimeout: 120_000, headersTimeout: 10_000, maxHeaderSize: 16_384 });
  server.maxConnections = 1000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const access = { hosts: hostsOf(address, bound, allowHosts), token: open ? tokenOf(data) : undefined };
  const live = serveLive(server, host, (request) => refusal(request, access, true));
  const metrics = startMetrics(host, live.viewers);
  server.on("request", buildApp({ host, metrics, routes, access, ui, templatePictures, onFault }));
  await host.open(data);
  const name = address === "0.0.0.0" || address === "::" ? "localhost" : address;
  const url = `http://${name.includes(":") ? `[${name}]` : name}:${bound}`;
  return {
    url: access.token === undefined ? url : `${url}/?token=${access.token}`,
    async close() {
      await live.close();
      server.closeAllConnections();
      await host.close();
    },
  };
}
