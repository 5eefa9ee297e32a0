// `npm run faults`: plants each package's faults one at a time in a copy of the project and runs tests on that. A fault that
// no test catches is a hole in the tests; so is one that makes a test hang, which a person would have to wait for and look into.
// Fails if fewer than nine of ten of a package are caught, if a fault's text no longer stands exactly once in its file, or if
// a fault breaks the program instead of changing what it does. With words, only the faults whose path
// ("ui/src/keys/matching.ts") or description has each of them.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyProject } from "./copy.ts";
import type { Fault, FaultyPackage } from "./fault.ts";
import { packages } from "./packages.ts";
import { runTests, type TestRun } from "./run-tests.ts";
import { pathOf, staleFaults } from "./stale.ts";
import { testFiles } from "./test-files.ts";

const leastCaught = 0.9;
/** A test file hangs if it takes so many times as long as without the fault, and no shorter than this: machines are busy at times. */
const patience = { times: 20, leastMs: 20_000 };
/** Far more than any test file takes without a fault. */
const longestMs = 180_000;

const tell = (text: string) => process.stderr.write(`${text}\n`);

/** How long a test file takes without a fault; each is tried once, in a copy of its own. Throws if it does not pass. */
function soundRuns(folder: string): (file: string) => Promise<number> {
  const known = new Map<string, Promise<number>>();
  const run = async (file: string) => {
    const { ended, how, ms } = await runTests(join(folder, file), longestMs);
    if (ended !== "passes") throw new Error(`${file} ${ended} without a fault: ${how}`);
    return ms;
  };
  return (file) => {
    const running = known.get(file) ?? run(file);
    known.set(file, running);
    return running;
  };
}

/** Plants the fault, runs test files until one does not pass, and takes the fault out again. */
async function tryFault(
  pack: FaultyPackage,
  fault: Fault,
  folder: string,
  sound: (file: string) => Promise<number>,
): Promise<Pick<TestRun, "ended" | "how">> {
  const path = join(folder, pathOf(pack, fault));
  const text = readFileSync(path, "utf8");
  writeFileSync(
    path,
    text.replace(fault.from, () => fault.to),
  );
  try {
    for (const file of testFiles(pack, fault)) {
      const limit = Math.max(patience.times * (await sound(file)), patience.leastMs);
      const { ended, how } = await runTests(join(folder, file), limit);
      if (ended !== "passes") return { ended, how: `${file}: ${how}` };
    }
    return { ended: "passes", how: "no test fails" };
  } finally {
    writeFileSync(path, text);
  }
}

const verdicts = { fails: "caught", hangs: "HANGS", passes: "NOT CAUGHT", breaks: "BREAKS" } as const;

/** Tries some faults of a package, two at a time. Returns whether enough of them are caught. */
async function tryFaults(
  pack: FaultyPackage,
  chosen: readonly Fault[],
  hands: readonly string[],
  sound: (file: string) => Promise<number>,
): Promise<boolean> {
  const start = performance.now();
  const waiting = [...chosen];
  const count = { fails: 0, hangs: 0, passes: 0, breaks: 0 };
  const work = async (folder: string) => {
    for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
      const { ended, how } = await tryFault(pack, fault, folder, sound);
      count[ended]++;
      tell(`${verdicts[ended].padEnd(10)} ${pathOf(pack, fault)}: ${fault.what}\n    ${how}`);
    }
  };
  await Promise.all(hands.map(work));
  const others = `${count.hangs} make a test hang, ${count.passes} are not noticed, ${count.breaks} break the program`;
  const seconds = Math.round((performance.now() - start) / 1000);
  tell(`${pack.name}: ${count.fails} of ${chosen.length} faults are caught; ${others} (${seconds} s)\n`);
  return count.fails >= leastCaught * chosen.length && count.breaks === 0;
}

async function main(words: readonly string[]): Promise<number> {
  const stale = packages.flatMap(staleFaults);
  const work = packages.map((pack) => ({
    pack,
    chosen: pack.faults.filter((fault) => words.every((word) => `${pathOf(pack, fault)} ${fault.what}`.includes(word))),
  }));
  if (stale.length > 0 || work.every(({ chosen }) => chosen.length === 0)) {
    tell(stale.length > 0 ? stale.join("\n") : `no fault has ${words.join(" and ")}`);
    return 2;
  }
  const [folder, ...hands] = [copyProject(), copyProject(), copyProject()];
  process.once("exit", () => {
    for (const copy of [folder!, ...hands]) rmSync(copy, { recursive: true, force: true });
  });
  const sound = soundRuns(folder!);
  let enough = true;
  for (const { pack, chosen } of work)
    if (chosen.length > 0 && !(await tryFaults(pack, chosen, hands, sound))) enough = false;
  return enough ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main(process.argv.slice(2));
