import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { freePort } from "../free-port.fixture.ts";

/** As `go install` leaves it, if it is not on the path. */
const path = [process.env.PATH, process.env.GOBIN, join(homedir(), "go", "bin")].filter(Boolean).join(delimiter);
const isThere = spawnSync("versitygw", ["--version"], { env: { ...process.env, PATH: path } }).status === 0;

/** Why tests with a real store are skipped; false if they are not. */
export const skipS3: string | false = isThere
  ? false
  : "versitygw is not installed (Go: go install github.com/versity/versitygw/cmd/versitygw@v1.8.0)";
if (skipS3 && process.env.CLIPWORK_TEST_REQUIRE === "s3") throw new Error(skipS3);

export type TestS3 = {
  /** Of a bucket that is there. */
  readonly address: string;
  /** Where it keeps the bucket's objects as files. */
  readonly folder: string;
  /** Who uses it has these in its environment. */
  readonly env: { readonly AWS_ACCESS_KEY_ID: string; readonly AWS_SECRET_ACCESS_KEY: string };
  stop(): void;
};

/** A real S3 server on a free port of this machine, whose objects are files. This process may use it from now on. */
export async function startS3(): Promise<TestS3> {
  const root = mkdtempSync(join(tmpdir(), "clipwork-s3-"));
  const folder = join(root, "clipwork-test");
  mkdirSync(folder);
  const port = await freePort();
  const env = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test-secret" };
  Object.assign(process.env, env);
  const keys = ["--access", env.AWS_ACCESS_KEY_ID, "--secret", env.AWS_SECRET_ACCESS_KEY];
  const server = spawn("versitygw", ["--port", `127.0.0.1:${port}`, "--quiet", ...keys, "posix", root], {
    env: { ...process.env, PATH: path },
    stdio: "ignore",
  });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let answered = false; !answered; ) {
    if (server.exitCode !== null) throw new Error(`versitygw ended with ${server.exitCode}`);
    answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
  }
  return {
    address: `s3://clipwork-test?endpoint=${endpoint}`,
    folder,
    env,
    stop() {
      server.kill("SIGKILL");
      rmSync(root, { recursive: true, force: true });
    },
  };
}
