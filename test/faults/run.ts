// `npm run faults`: plants the faults of faults.ts one at a time in a copy of the engine and runs the engine's tests on it. A
// fault that no test catches is a hole in the tests. Fails when fewer than nine of ten are caught, when a fault's text no longer
// stands exactly once in its file, or when a fault breaks the program instead of changing what it does. With words, only the
// faults whose file or description has one of them.
import { spawn } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Fault, faults } from "./faults.ts";

const root = join(import.meta.dirname, "..", "..");
const leastCaught = 0.9;
/** Far more than any test file takes: what still runs hangs, and a test that hangs is noticed. */
const limitMs = 120_000;
/** These read what the source says, not what it does, or take long to find what others find at once. */
const last = ["document/hostile.test.ts"];
const left = ["spec.test.ts"];

type Outcome = { readonly caught: boolean; readonly how: string };

const tell = (text: string) => process.stderr.write(`${text}\n`);

function copyEngine(): string {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-faults-"));
  cpSync(join(root, "engine"), join(folder, "engine"), {
    recursive: true,
    filter: (path) => !path.endsWith("node_modules"),
  });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** The engine's test files, the likely ones first. */
function testFiles(likely: readonly string[] = []): string[] {
  const all = globSync("**/*.test.ts", { cwd: join(root, "engine", "src") }).sort();
  const named = (name: string) => all.filter((file) => basename(file) === `${name}.test.ts`);
  const unknown = likely.filter((name) => named(name).length !== 1);
  if (unknown.length > 0) throw new Error(`there is no test file ${unknown.join(", ")}, or more than one`);
  const first = likely.flatMap(named);
  const rest = all.filter((file) => ![...first, ...last, ...left].includes(file));
  return [...first, ...rest, ...last.filter((file) => !first.includes(file))];
}

/** Runs one test file: undefined when it passes, else how it does not. */
function runTests(folder: string, file: string): Promise<Outcome | undefined> {
  const args = ["--test-reporter=tap", join(folder, "engine", "src", file)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  child.stderr.on("data", (text) => {
    output += text;
  });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, limitMs);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      if (hung) return resolve({ caught: true, how: `${file} hangs` });
      if (code === 0) return resolve(undefined);
      const failed = /^not ok \d+ - (.*)$/m.exec(output)?.[1];
      if (failed === undefined) return resolve({ caught: false, how: `${file} does not start: ${output.slice(-300)}` });
      resolve({ caught: true, how: failed.replaceAll("\\#", "#") });
    });
  });
}

/** Plants the fault, runs test files until one fails, and takes the fault out again. */
async function tryFault(folder: string, { file, from, to, tests }: Fault): Promise<Outcome> {
  const path = join(folder, "engine", "src", file);
  const sound = readFileSync(path, "utf8");
  writeFileSync(
    path,
    sound.replace(from, () => to),
  );
  try {
    for (const test of testFiles(tests)) {
      const outcome = await runTests(folder, test);
      if (outcome) return outcome;
    }
    return { caught: false, how: "no test fails" };
  } finally {
    writeFileSync(path, sound);
  }
}

/** Does the work with as many copies of the engine as there are hands. */
async function share<T>(work: readonly T[], act: (folder: string, piece: T) => Promise<void>): Promise<void> {
  const waiting = [...work];
  const hand = async () => {
    const folder = copyEngine();
    try {
      for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) await act(folder, piece);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await Promise.all([hand(), hand()]);
}

/** Faults whose text does not stand in its file exactly once: the file has changed, and the fault has to follow it. */
function staleFaults(): readonly string[] {
  return faults.flatMap(({ file, what, from }) => {
    const places = readFileSync(join(root, "engine", "src", file), "utf8").split(from).length - 1;
    return places === 1 ? [] : [`${file}: ${what}: its text stands there ${places} times, not once`];
  });
}

async function main(words: readonly string[]): Promise<number> {
  const chosen = faults.filter(
    ({ file, what }) => words.length === 0 || words.some((word) => `${file} ${what}`.includes(word)),
  );
  const stale = staleFaults();
  if (stale.length > 0 || chosen.length === 0) {
    tell(stale.length > 0 ? stale.join("\n") : `no fault has ${words.join(" or ")}`);
    return 2;
  }
  tell("the engine's tests without a fault");
  await share(testFiles(), async (folder, file) => {
    const outcome = await runTests(folder, file);
    if (outcome) throw new Error(`${file} fails without a fault: ${outcome.how}`);
  });
  const outcomes = new Map<Fault, Outcome>();
  await share(chosen, async (folder, fault) => {
    const outcome = await tryFault(folder, fault);
    outcomes.set(fault, outcome);
    tell(`${outcome.caught ? "caught" : "NOT CAUGHT"}  ${fault.file}: ${fault.what}\n    ${outcome.how}`);
  });
  const caught = [...outcomes.values()].filter((outcome) => outcome.caught).length;
  tell(`${caught} of ${chosen.length} faults are caught`);
  return caught >= leastCaught * chosen.length ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
