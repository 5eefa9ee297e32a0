import { spawn } from "node:child_process";

/** How a test file ended. "breaks": it failed before its first test, so that no test noticed anything. */
export type TestRun = {
  readonly ended: "passes" | "fails" | "hangs" | "breaks";
  readonly how: string;
  readonly ms: number;
};

/** Without the mark of a test runner's child, which would make the file's report unreadable. */
const env = { ...process.env, NODE_TEST_CONTEXT: undefined };

/** Runs a test file in a process of its own, which is ended with all that it started if it takes longer than `limitMs`. */
export function runTests(path: string, limitMs: number): Promise<TestRun> {
  const start = performance.now();
  const child = spawn(process.execPath, ["--test-reporter=tap", path], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      output += text;
    });
  const end = () => endGroup(child.pid!);
  process.once("exit", end);
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    end();
    // What got away may hold them open.
    child.stdout.destroy();
    child.stderr.destroy();
  }, limitMs);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      process.off("exit", end);
      const ms = performance.now() - start;
      const failed = /^not ok \d+ - (.*)$/m.exec(output)?.[1]?.replaceAll("\\#", "#");
      if (hangs) resolve({ ended: "hangs", how: `it did not end within ${Math.round(limitMs / 1000)} s`, ms });
      else if (code === 0) resolve({ ended: "passes", how: "no test fails", ms });
      else if (failed !== undefined) resolve({ ended: "fails", how: failed, ms });
      else resolve({ ended: "breaks", how: `it does not start: ${output.slice(-300)}`, ms });
    });
  });
}

/** Ends a process that leads a group, and the group: servers that a test started do not outlive it. */
function endGroup(pid: number): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}
