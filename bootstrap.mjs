// Sets up everything that Clipwork needs, then runs a command on the Node that the project pins. Plain JavaScript, for the
// Node that the user has (>= 20.19). Writes to standard error only: standard output belongs to the command.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const tools = join(root, ".bootstrap");
const pnpmVersion = "12.21.0";
const windows = process.platform === "win32";

const say = (text) => process.stderr.write(`clipwork: ${text}\n`);

function fail(text) {
  say(text);
  process.exit(1);
}

/** Runs a set-up step with its output on standard error; ends the program if the step fails. */
function step(title, command, args, options = {}) {
  say(title);
  const result = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], shell: windows, ...options });
  if (result.error) fail(`${title}: ${result.error.message}`);
  if (result.status !== 0)
    fail(`${title} failed with exit code ${result.status}. Fix the cause above, then run it again.`);
}

/** Does the work unless its inputs are unchanged: the stamp is a file that holds the hash of what the work was done with. */
function unlessDone(stamp, inputs, work) {
  const hash = createHash("sha256");
  hash.update(`${process.platform} ${process.arch}\n`);
  for (const input of inputs) hash.update(existsSync(join(root, input)) ? readFileSync(join(root, input)) : input);
  const digest = hash.digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

function installPackages() {
  const manifests = [
    "package.json",
    ...["client", "engine", "models", "nodes", "server", "ui"].map((name) => `${name}/package.json`),
  ];
  unlessDone(join(root, "node_modules", ".installed"), ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests], () => {
    const pnpm = join(tools, "node_modules", ".bin", windows ? "pnpm.cmd" : "pnpm");
    unlessDone(join(tools, "pnpm-version"), [pnpmVersion], () => {
      mkdirSync(tools, { recursive: true });
      step(`fetching pnpm ${pnpmVersion}`, "npm", [
        "install",
        "--prefix",
        tools,
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        `pnpm@${pnpmVersion}`,
      ]);
    });
    step("installing packages", pnpm, ["install", "--frozen-lockfile"], { env: { ...process.env, CI: "true" } });
  });
}

/** Every file under the folder, sorted, as paths from the root. */
function filesUnder(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return files.map((file) => relative(root, file)).sort();
}

/** Builds the editor, which the server serves from ui/dist, if anything that it is made of has changed. */
function buildEditor(node) {
  const parts = ["ui/src", "ui/public", "engine/src"].flatMap(filesUnder);
  const inputs = [...parts, "ui/index.html", "ui/form.html", "ui/vite.config.ts", "ui/package.json", "pnpm-lock.yaml"];
  unlessDone(join(root, "ui", "dist", ".built"), inputs, () => {
    const vite = join(root, "ui", "node_modules", "vite", "bin", "vite.js");
    step("building the editor", node, [vite, "build", "--logLevel", "warn"], { cwd: join(root, "ui"), shell: false });
  });
}

function installTraining() {
  const python = windows ? join("Scripts", "python.exe") : join("bin", "python");
  const venv = join(root, "training", ".venv");
  unlessDone(join(venv, ".installed"), ["training/requirements.txt"], () => {
    step("making the Python environment", windows ? "python" : "python3", ["-m", "venv", venv]);
    step("installing Python packages (torch is large)", join(venv, python), [
      "-m",
      "pip",
      "install",
      "-q",
      "-r",
      join("training", "requirements.txt"),
    ]);
  });
  return join(venv, python);
}

/** Runs the command with the user's terminal, passes signals on, ends with its parent and exits with the command's exit code. */
function run(command, args, cwd = root) {
  const child = spawn(command, args, { cwd, stdio: "inherit" });
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal === "SIGINT") interrupted = true;
      // A terminal sends SIGINT to the whole group, so the child may have it: a second one would count as a second interrupt.
      if (signal !== "SIGINT") child.kill(signal);
      else if (!windows) child.kill("SIGTERM");
    });
  }
  const watch = watchParent(() => child.kill("SIGTERM"));
  child.on("error", (error) => fail(`${command}: ${error.message}`));
  child.on("exit", (code, signal) => {
    clearInterval(watch);
    process.exit(signal ? 128 + (interrupted || signal === "SIGINT" ? 2 : 15) : code);
  });
}

/** Calls back once npm or its shell is gone: a signal that ends them is not handed on. */
function watchParent(gone) {
  if (windows || process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    gone();
  }, 500);
  return watch;
}

/** Where the user stands: npm goes to the folder of package.json first, and says where it was called. */
function callersFolder() {
  const { INIT_CWD, npm_lifecycle_event } = process.env;
  return INIT_CWD && npm_lifecycle_event === "start" && process.cwd() === root ? INIT_CWD : process.cwd();
}

function main([task, ...rest]) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old; install Node 20.19 or later.`);
  if (task === "test:training") {
    return run(installTraining(), ["-m", "pytest", "-q", "tests", ...rest], join(root, "training"));
  }
  installPackages();
  const node = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");
  if (["start", "test", "test:browser", "screens", "bench", "pack"].includes(task)) buildEditor(node);
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  const tasks = {
    start: [join("server", "src", "cli", "start.mjs"), ...rest],
    test: [join("test", "run.ts"), ...rest],
    "test:browser": [join("test", "browser", "run.ts"), ...rest],
    screens: [join("test", "browser", "screens.ts"), ...rest],
    check: [join("test", "check.ts"), ...rest],
    bench: [join("test", "bench", "run.ts"), ...rest],
    paper: [join("test", "paper", "run.ts"), ...rest],
    faults: [join("test", "faults", "run.ts"), ...rest],
    fuzz: [join("test", "fuzz", "run.ts"), ...rest],
    soak: [join("test", "soak", "run.ts"), ...rest],
    kills: [join("test", "kills", "run.ts"), ...rest],
    "small-disk": [join("test", "small-disk", "run.ts"), ...rest],
    fleet: [join("test", "fleet", "run.ts"), ...rest],
    client: [join("client", "generate.ts"), ...rest],
    pack: [join("publish", "run.ts"), ...rest],
    format: [biome, "check", "--write", ".", ...rest],
  };
  const args = tasks[task] ?? fail(`unknown task ${task}: use ${Object.keys(tasks).join(", ")} or test:training.`);
  if (task !== "start") return run(node, args);
  run(node, [join(root, args[0]), ...args.slice(1)], callersFolder());
}

main(process.argv.slice(2));
