// The rows of the command line among the faults that were found by attack, each by its name.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, folderFor, folderWith, listing, main, shortHierarchy } from "./clipwork.fixture.ts";

const linux = { skip: process.platform !== "linux" };

test(
  "C2: a workflow is read from standard input, from /dev/stdin and from what a shell names for <(…)",
  linux,
  (context) => {
    const folder = folderWith(context, shortHierarchy());
    const env = { ...process.env, CLIPWORK_PACKS: join(import.meta.dirname, "..", "fixtures"), CLIPWORK_DATA: folder };
    const run = (command: string) => spawnSync("bash", ["-c", command], { cwd: folder, env, encoding: "utf8" });
    const validate = `"${process.execPath}" "${main}" validate`;
    for (const command of [
      `cat workflow.json | ${validate} -`,
      `cat workflow.json | ${validate} /dev/stdin`,
      `${validate} - < workflow.json`,
      `${validate} <(cat workflow.json)`,
    ]) {
      const { status, stdout, stderr } = run(command);
      assert.equal(status, 0, `${command}: ${stderr}`);
      assert.match(stdout, /: valid, 5 nodes to run\.$/m);
    }
    const nothing = run(`${validate} /dev/null`);
    assert.equal(nothing.status, 2);
    assert.match(nothing.stderr, /^error: The workflow in \/dev\/null is not JSON/m);
  },
);

test(
  "C2: a program that starts another with a socket as its standard input may name it /dev/stdin",
  linux,
  async (context) => {
    const cwd = folderWith(context, shortHierarchy());
    const env = { ...process.env, CLIPWORK_PACKS: join(import.meta.dirname, "..", "fixtures"), CLIPWORK_DATA: cwd };
    const child = spawn(process.execPath, [main, "validate", "/dev/stdin"], {
      cwd,
      env,
      stdio: ["pipe", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.stdin.end(readFileSync(join(cwd, "workflow.json")));
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 0, errors);
  },
);

test("C3: --version prints the version alone", async (context) => {
  for (const option of ["--version", "-V"]) {
    const { code, stdout } = await clipwork([option], { cwd: folderFor(context) });
    assert.deepEqual([code, /^\d+\.\d+\.\d+\n$/.test(stdout)], [0, true], stdout);
  }
});

test("C3: serve --json says its address as JSON, and what prevents it", async (context) => {
  const cwd = folderFor(context);
  const served = await clipwork(["serve", "--json", "--port", "0", "--data", "data"], {
    cwd,
    onEvent: (_, child) => child.kill("SIGTERM"),
  });
  assert.equal(served.code, 0, served.stderr);
  const { event, url, pid } = served.last();
  assert.deepEqual([event, typeof pid], ["serving", "number"]);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const refused = await clipwork(["serve", "--json", "--port", "99999"], { cwd });
  assert.deepEqual([refused.code, refused.last().event, refused.last().problems[0].code], [2, "invalid", "usage"]);
});

test("C4: where standard error is no terminal, and with NO_COLOR, no escape sequence is printed", async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  const { code, stderr } = await clipwork(["run", "workflow.json"], { cwd, environment: { NO_COLOR: "1" } });
  assert.equal(code, 0, stderr);
  assert.ok(!stderr.includes("\u001b"));
  assert.match(stderr, /^decode: done in /m);
});

test("C14: a user without a home folder is told to name a data folder, and may do so", linux, async (context) => {
  const environment = { HOME: "", CLIPWORK_DATA: "", XDG_DATA_HOME: "", HF_HOME: "", XDG_CACHE_HOME: "" };
  const nobody = process.getuid?.() === 0 ? { uid: 54_321, gid: 54_321 } : undefined;
  if (!nobody) return context.skip("only root may be somebody who has no entry");
  const env: NodeJS.ProcessEnv = { ...process.env, ...environment };
  delete env.HOME;
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { cwd: "/", env, encoding: "utf8", ...nobody });
  for (const command of [["nodes"], ["models", "list"], ["validate", "workflow.json"]]) {
    const { status, stderr } = run(...command);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^error: This user has no home folder, .*\n {2}→ Name a folder with --data/m);
  }
  assert.equal(run("nodes", "--data", "/none").status, 0);
});

test("C16: --only runs a node and what it needs, writes its value, and does nothing else", async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  const run = (...args: string[]) => clipwork(["run", "workflow.json", "--json", ...args], { cwd });
  const prior = await run("--only", "prior");
  assert.deepEqual(
    [prior.code, prior.last().executed, listing(join(cwd, "out"))],
    [0, 3, ["prior.clipwork.json", "prior.npy"]],
  );
  const two = await run("--only", "prior", "--only", "decode");
  assert.deepEqual([two.code, two.last().executed, two.last().cached], [0, 1, 2]);
  const save = await run("--only", "save");
  assert.deepEqual([save.last().executed, save.last().outputs.length], [0, 1]);
  const unknown = await run("--only", "decod");
  assert.equal(unknown.code, 2);
  assert.match(unknown.last().problems[0].message, /"decod" was chosen, but is not in the workflow/);
  assert.match(unknown.last().problems[0].remedy, /"decode"/);
});

test("C25: a pack whose manifest is nested 300,000 deep is refused by name, and the others are listed", async (context) => {
  const cwd = folderFor(context);
  mkdirSync(join(cwd, "packs", "deep"), { recursive: true });
  const nested = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;
  writeFileSync(join(cwd, "packs", "deep", "manifest.json"), `{"format": "clipwork-pack/2", "name": ${nested}}`);
  const { code, stdout, stderr } = await clipwork(["models", "list"], { cwd, packs: join(cwd, "packs") });
  const all = stdout + stderr;
  assert.equal(code, 2, all);
  assert.match(all, /manifest\.json in \S+deep has lists or objects nested deeper than 64 levels/);
  assert.match(all, /toybox/);
  assert.doesNotMatch(all, /RangeError|^\s+at /m);
});
