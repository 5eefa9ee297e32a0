// `npm run kills [moments] [seed]`: ends worker, server and both at each gate, and at so many random moments, and looks after each kill
// at what became of all that was asked for. The first thing that is lost, doubled or wrong ends it, with the seed.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { randomOf } from "../cli/kill.fixture.ts";
import { startServer } from "../server/server.fixture.ts";
import { gates } from "./gates.ts";
import { expectSound } from "./held.ts";
import { Place, victims } from "./place.ts";
import { killAfter, killAt } from "./rounds.ts";

/** A run that was lost never ends: no round takes so many milliseconds. */
const patience = 180_000;
/** Milliseconds within which a random moment comes: a round takes about so long. */
const window = 700;

const [moments = "100", given] = process.argv.slice(2);
const seed = given === undefined ? Date.now() % 2 ** 24 : Number(given);
const random = randomOf(seed);
const upTo = (count: number) => 1 + Math.floor(random() * count);
const tell = (text: string) => process.stdout.write(`${text}\n`);
const cleanups: (() => unknown)[] = [];
const context = { after: (work: unknown) => void cleanups.push(work as () => unknown) };
// However it ends, no server of its goes on.
process.on("exit", () => {
  for (const clean of cleanups) clean();
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
const inTime = (work: Promise<void>) =>
  Promise.race([
    work,
    wait(patience, undefined, { ref: false }).then(() => Promise.reject(new Error("the round does not end"))),
  ]);
const folder = mkdtempSync(join(tmpdir(), "clipwork-kills-"));
tell(`seed ${seed}, in ${folder}`);
const place = new Place(context, folder);
const reference = await startServer(context, { data: join(folder, "reference") });
let rounds = 0;
const round = () => ({ place, reference, seed: seed + 10 * rounds++ });
for (const gate of gates)
  for (const victim of victims) {
    const passage = upTo(gate.passages ?? 1);
    tell(`${gate.name}, passage ${passage}: ${victim}`);
    await inTime(killAt(gate, victim, passage, round()));
  }
for (let i = 0; i < Number(moments); i++) {
  const victim = victims[upTo(victims.length) - 1]!;
  const [ms, again] = [random() * window, random() < 0.3 ? random() * window : undefined];
  tell(`after ${ms.toFixed(1)} ms${again === undefined ? "" : ` and again after ${again.toFixed(1)} ms`}: ${victim}`);
  await inTime(killAfter(ms, again, victim, round()));
}
await (await place.server()).kill("SIGTERM");
await expectSound(place.data);
tell(`${rounds} rounds: nothing lost, nothing doubled, the same pixels`);
process.exit();
