import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { skipS3, startS3 } from "../../server/src/bucket/s3.fixture.ts";
import { skipRedis, startRedis } from "../../server/src/redis/redis.fixture.ts";
import { fixturePacks, folderFor, main } from "../cli/clipwork.fixture.ts";
import { startServer, type TestServer } from "./server.fixture.ts";

/** Why tests of several machines are skipped; false if they are not. */
export const skipFleet = skipRedis || skipS3;

export type TestWorker = { readonly process: ChildProcess; kill(signal: NodeJS.Signals): Promise<number | null> };

/** A real Redis and a real S3 server, and what joins them; all of it ends with the test. */
export async function startFleet(context: Pick<TestContext, "after">) {
  const [redis, s3] = [await startRedis(), await startS3()];
  context.after(async () => {
    s3.stop();
    await redis.stop();
  });
  const args = ["--queue", redis.address, "--store", s3.address];
  return {
    redis,
    s3,
    args,
    /** `args` take the place of those of the fleet. */
    server: (options: Parameters<typeof startServer>[1] = {}): Promise<TestServer> =>
      startServer(context, { args, ...options, env: { ...s3.env, ...options.env } }),
    /** Resolves when it takes runs. */
    async worker(env: NodeJS.ProcessEnv = {}, own = args): Promise<TestWorker> {
      const data = join(folderFor(context), "data");
      const child = spawn(process.execPath, [main, "worker", "--data", data, "--json", ...own], {
        env: { ...process.env, CLIPWORK_PACKS: fixturePacks, ...s3.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      context.after(() => child.kill("SIGKILL"));
      let complaint = "";
      child.stderr.on("data", (text) => {
        complaint += text;
      });
      await Promise.race([
        once(createInterface({ input: child.stdout }), "line"),
        once(child, "exit").then(() => Promise.reject(new Error(`the worker ended: ${complaint}`))),
      ]);
      return {
        process: child,
        async kill(signal) {
          if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
          child.kill(signal);
          await once(child, "exit");
          return child.exitCode;
        },
      };
    },
  };
}
