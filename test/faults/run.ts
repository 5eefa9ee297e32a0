// `npm run faults`: plants each package's faults one at a time in a copy of it and runs the package's own tests on that. A fault
// that no test catches is a hole in the tests. Fails if fewer than nine of ten of a package are caught, if a fault's text no
// longer stands exactly once in its file, or if a fault breaks the program instead of changing what it does. With words, only
// the faults whose path ("ui/src/keys/matching.ts") or description has one of them.
import { spawn } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Fault, FaultyPackage } from "./fault.ts";
import { packages } from "./packages.ts";
import { pathOf, staleFaults } from "./stale.ts";

const root = join(import.meta.dirname, "..", "..");
const leastCaught = 0.9;
/** Far more than any test file takes: what still runs hangs, and a test that hangs is noticed. */
const limitMs = 120_000;

type Outcome = { readonly caught: boolean; readonly how: string };

const tell = (text: string) => process.stderr.write(`${text}\n`);

/** A copy of the package in a folder of its own, where it finds the libraries and the other packages that it uses. */
function copyOf({ name }: FaultyPackage): string {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-faults-"));
  cpSync(join(root, name), join(folder, name), {
    recursive: true,
    filter: (path) => !path.endsWith("node_modules"),
  });
  cpSync(join(root, "tsconfig.json"), join(folder, "tsconfig.json"));
  for (const libraries of ["node_modules", join(name, "node_modules")])
    if (existsSync(join(root, libraries))) symlinkSync(join(root, libraries), join(folder, libraries), "junction");
  return folder;
}

/** The package's test files, the likely ones first. */
function testFiles({ name, last, left }: FaultyPackage, likely: readonly string[] = []): string[] {
  const all = globSync("**/*.test.ts", { cwd: join(root, name, "src") }).sort();
  const named = (test: string) => all.filter((file) => basename(file) === `${test}.test.ts`);
  const unknown = likely.filter((test) => named(test).length !== 1);
  if (unknown.length > 0) throw new Error(`there is no test file ${unknown.join(", ")}, or more than one`);
  const first = likely.flatMap(named);
  const rest = all.filter((file) => ![...first, ...last, ...left].includes(file));
  return [...first, ...rest, ...last.filter((file) => !first.includes(file))];
}

/** Runs one test file of a package's copy: undefined if it passes, else how it does not. */
function runTests({ name }: FaultyPackage, folder: string, file: string): Promise<Outcome | undefined> {
  const args = ["--test-reporter=tap", join(folder, name, "src", file)];
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
async function tryFault(pack: FaultyPackage, folder: string, { file, from, to, tests }: Fault): Promise<Outcome> {
  const path = join(folder, pack.name, "src", file);
  const sound = readFileSync(path, "utf8");
  writeFileSync(
    path,
    sound.replace(from, () => to),
  );
  try {
    for (const test of testFiles(pack, tests)) {
      const outcome = await runTests(pack, folder, test);
      if (outcome) return outcome;
    }
    return { caught: false, how: "no test fails" };
  } finally {
    writeFileSync(path, sound);
  }
}

/** Does the work with as many copies of the package as there are hands. */
async function share<T>(
  pack: FaultyPackage,
  work: readonly T[],
  act: (folder: string, piece: T) => Promise<void>,
): Promise<void> {
  const waiting = [...work];
  const hand = async () => {
    const folder = copyOf(pack);
    try {
      for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) await act(folder, piece);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await Promise.all([hand(), hand()]);
}

/** Tries some faults of a package. Returns whether enough of them are caught. */
async function tryFaults(pack: FaultyPackage, chosen: readonly Fault[]): Promise<boolean> {
  tell(`the tests of ${pack.name} without a fault`);
  await share(pack, testFiles(pack), async (folder, file) => {
    const outcome = await runTests(pack, folder, file);
    if (outcome) throw new Error(`${file} fails without a fault: ${outcome.how}`);
  });
  let caught = 0;
  await share(pack, chosen, async (folder, fault) => {
    const outcome = await tryFault(pack, folder, fault);
    if (outcome.caught) caught++;
    tell(`${outcome.caught ? "caught" : "NOT CAUGHT"}  ${pathOf(pack, fault)}: ${fault.what}\n    ${outcome.how}`);
  });
  tell(`${pack.name}: ${caught} of ${chosen.length} faults are caught`);
  return caught >= leastCaught * chosen.length;
}

async function main(words: readonly string[]): Promise<number> {
  const work = packages.map((pack) => ({
    pack,
    chosen: pack.faults.filter(
      (fault) => words.length === 0 || words.some((word) => `${pathOf(pack, fault)} ${fault.what}`.includes(word)),
    ),
  }));
  const stale = packages.flatMap(staleFaults);
  if (stale.length > 0 || work.every(({ chosen }) => chosen.length === 0)) {
    tell(stale.length > 0 ? stale.join("\n") : `no fault has ${words.join(" or ")}`);
    return 2;
  }
  let enough = true;
  for (const { pack, chosen } of work) if (chosen.length > 0 && !(await tryFaults(pack, chosen))) enough = false;
  return enough ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
