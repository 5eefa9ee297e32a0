import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fixturePacks, folderFor, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

const root = realpathSync(join(import.meta.dirname, "..", ".."));
/** Looks at processes as Linux shows them, and does not wait for ever. */
const linux = { skip: process.platform !== "linux", timeout: 600_000 };

/** As a shell that is outside of any npm run starts a command. */
function start(context: TestContext, command: string, args: readonly string[], cwd: string): ChildProcess {
  const env = { ...process.env, CLIPWORK_PACKS: fixturePacks, CLIPWORK_DATA: join(cwd, "data") };
  for (const name of Object.keys(env)) if (/^npm_|^INIT_CWD$/.test(name)) delete env[name as keyof typeof env];
  // In a group of its own, so that all of it can be ended whatever fails.
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "inherit"], detached: true });
  context.after(() => {
    try {
      process.kill(-child.pid!, "SIGKILL");
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ESRCH");
    }
  });
  return child;
}

/** The process that serves, once it does. */
async function servingPid(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (!line.startsWith("{")) continue;
    const { event, pid } = JSON.parse(line);
    assert.equal(event, "serving", line);
    return pid;
  }
  throw new Error("it ended without serving");
}

async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`)) await setTimeout(50);
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once("exit", resolve));
const serve = ["serve", "--json", "--port", "0"];

test("C1: paths are those of the folder in which npm was called", linux, async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  const npm = ["--silent", "--prefix", root, "start", "--"];
  const child = start(context, "npm", [...npm, "validate", "workflow.json"], cwd);
  let text = "";
  child.stdout!.on("data", (part) => {
    text += part;
  });
  assert.equal(await ended(child), 0);
  assert.match(text, /: valid, 5 nodes to run/);
});

test("C1: without npm, they are those of the folder in which the launcher was called", linux, async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  const child = start(
    context,
    process.execPath,
    [join(root, "bootstrap.mjs"), "start", "validate", "workflow.json"],
    cwd,
  );
  assert.equal(await ended(child), 0);
});

test("C15: an interrupt sent to the launcher alone ends the server", linux, async (context) => {
  const child = start(context, process.execPath, [join(root, "bootstrap.mjs"), "start", ...serve], folderFor(context));
  const pid = await servingPid(child);
  const code = ended(child);
  child.kill("SIGINT");
  assert.equal(await code, 0);
  await gone(pid);
});

test("C31: SIGTERM to the npm that was started ends launcher, server and worker", linux, async (context) => {
  const cwd = folderFor(context);
  const child = start(context, "npm", ["--silent", "--prefix", root, "start", "--", ...serve], cwd);
  const pid = await servingPid(child);
  child.kill("SIGTERM");
  await gone(pid);
});
