// `npm run fuzz [seconds] [seed] [part of a name]`: feeds all that reads what comes from others with what they may send, for so many
// seconds in all. What is found is printed with its seed; it becomes a case of an ordinary test when it is mended.
import fc from "fast-check";
import { startServer } from "../server/server.fixture.ts";
import { agentTargets } from "./agents.ts";
import { files } from "./files.ts";
import { startGuarded } from "./guarded.ts";
import { packets } from "./packets.ts";
import { readers, type Target } from "./readers.ts";
import { routeTargets } from "./routes.ts";
import { viewerTargets } from "./viewers.ts";

/** A single one that takes longer hangs, in milliseconds. */
const longest = 60_000;

const [seconds = "60", given, part = ""] = process.argv.slice(2);
const seed = given === undefined || given === "" ? Date.now() % 2 ** 31 : Number(given);
const cleanups: (() => unknown)[] = [];
const context = { after: (work: unknown) => void cleanups.push(work as () => unknown) };
const server = await startServer(context);
const guarded = await startGuarded(context);
const all: readonly Target[] = [
  ...readers,
  ...files,
  ...packets(server),
  ...routeTargets(guarded),
  ...viewerTargets(guarded),
  ...agentTargets(guarded),
];
const targets = all.filter(({ name }) => name.includes(part));
if (targets.length === 0)
  throw new Error(`No target has "${part}" in its name: ${all.map(({ name }) => name).join(", ")}.`);
const each = (Number(seconds) * 1000) / targets.length;
/** What is found may be of any length; the seed brings back all of it. */
const shortened = (text: string) => text.replace(/^.{4000}.+$/gm, (line) => `${line.slice(0, 4000)}…`);
const tell = (text: string) => process.stdout.write(`${text}\n`);
let found = 0;
tell(`seed ${seed}, ${Math.round(each / 1000)} s each`);
for (const { name, property, after } of targets) {
  const result = await fc.check(await property(), {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: each,
    markInterruptAsFailure: false,
    maxSkipsPerRun: 0,
    timeout: longest,
    includeErrorInReport: true,
  });
  const left = await after?.().then(() => undefined, String);
  const failed = result.counterexample !== null || left !== undefined;
  if (failed) found++;
  tell(`${failed ? "✖" : "✔"} ${name}: ${result.numRuns} tried`);
  if (result.counterexample !== null) tell(shortened(String(fc.defaultReportMessage(result))));
  if (left !== undefined) tell(left);
}
for (const clean of cleanups.toReversed()) await clean();
process.exitCode = found > 0 ? 1 : 0;
