import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import pino from "pino";
import { RunHost } from "../host/run-host.ts";
import type { Setup } from "../host/setup.ts";
import { startWorker } from "../host/worker.ts";
import { buildApp } from "./app.ts";
import { serveLive } from "./live.ts";
import { routes } from "./routes/index.ts";

/** The editor as its build leaves it. */
const ui = join(import.meta.dirname, "..", "..", "..", "ui", "dist");

export type RunningServer = {
  /** Where it is reached. */
  readonly url: string;
  close(): Promise<void>;
};

/** Starts a server on a data folder. It listens before models are ready. Throws FolderInUse where another one has the folder. */
export async function serve(options: {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly setup: Setup;
}): Promise<RunningServer> {
  const { data, port, host: address, setup } = options;
  const log = pino({ level: process.env.CLIPWORK_LOG ?? "warn" }, pino.destination(2));
  const onFault = (error: unknown) => log.error(error);
  const host = new RunHost({
    data,
    setup,
    worker: startWorker(setup),
    onFault: (run, error) => log.error({ run, err: error }),
  });
  const server = createServer(buildApp({ host, routes, guards: [], ui, onFault }));
  const live = serveLive(server, host, () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  await host.open(data);
  host.worker.boot();
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(":") ? `[${address}]` : address}:${bound}`,
    async close() {
      await live.close();
      server.closeAllConnections();
      await host.close();
    },
  };
}
