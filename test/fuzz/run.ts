// `npm run fuzz [seconds] [seed]`: feeds all that reads what comes from others with what they may send, for so many seconds in
// all. What is found is printed with its seed; it becomes a case of an ordinary test when it is mended.
import fc from "fast-check";
import { startServer } from "../server/server.fixture.ts";
import { packets } from "./packets.ts";
import { readers } from "./readers.ts";

const [seconds = "60", given] = process.argv.slice(2);
const seed = given === undefined ? Date.now() % 2 ** 31 : Number(given);
const cleanups: (() => unknown)[] = [];
const server = await startServer({ after: (work) => void cleanups.push(work as () => unknown) });
const targets = [...readers, ...packets(server)];
const each = (Number(seconds) * 1000) / targets.length;
const tell = (text: string) => process.stdout.write(`${text}\n`);
let found = 0;
tell(`seed ${seed}, ${Math.round(each / 1000)} s each`);
for (const { name, property } of targets) {
  const result = await fc.check(await property(), {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: each,
    markInterruptAsFailure: false,
    maxSkipsPerRun: 0,
  });
  const failed = result.counterexample !== null;
  if (failed) found++;
  tell(`${failed ? "✖" : "✔"} ${name}: ${result.numRuns} tried`);
  if (failed) tell(String(fc.defaultReportMessage(result)));
}
for (const clean of cleanups) await clean();
process.exitCode = found > 0 ? 1 : 0;
