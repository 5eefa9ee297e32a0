import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.fixture.ts";

const command = ["valkey-server", "redis-server"].find((name) => spawnSync(name, ["--version"]).status === 0);

/** Why tests with a real server are skipped; false if they are not. */
export const skipRedis: string | false =
  command === undefined ? "redis-server is not installed (Debian: apt-get install redis-server)" : false;
if (skipRedis && process.env.CLIPWORK_TEST_REQUIRE === "redis") throw new Error(skipRedis);

export type TestRedis = {
  readonly address: string;
  readonly port: number;
  /** Kills it, and starts it again with what it has on the disk. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** A real server on a free port of this machine, which keeps what it is told in a file. */
export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-redis-"));
  const port = await freePort();
  let server = await start(folder, port);
  return {
    address: `redis://127.0.0.1:${port}`,
    port,
    async restart() {
      await kill(server);
      server = await start(folder, port);
    },
    async stop() {
      await kill(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  const settings = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "yes",
    // Synced once a second it holds back what it has acknowledged while a sync takes long, and a kill loses that.
    "--appendfsync",
    "always",
  ];
  const server = spawn(command!, settings, { stdio: "ignore" });
  for (;;) {
    if (server.exitCode !== null) throw new Error(`${command} ended with ${server.exitCode}`);
    const socket = createConnection(port, "127.0.0.1");
    const isOpen = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return server;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
}
