// `npm run small-disk [rounds] [seed]`: a disk fills and empties at random moments under runs, uploads, saves, imports and backups. The first
// thing that is lost or wrong ends it, with the seed. It takes Linux and root.
import { randomOf } from "../cli/kill.fixture.ts";
import { expectSound } from "../kills/held.ts";
import { smallPlace } from "./place.ts";
import { round } from "./rounds.ts";

const [rounds = "100", given] = process.argv.slice(2);
const seed = given === undefined ? Date.now() % 2 ** 24 : Number(given);
const random = randomOf(seed);
const tell = (text: string) => process.stdout.write(`${text}\n`);
const cleanups: (() => unknown)[] = [];
// However it ends, no server and no disk of its stay.
process.on("exit", () => {
  for (const clean of cleanups.toReversed()) clean();
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
const place = await smallPlace({ after: (work: unknown) => void cleanups.push(work as () => unknown) });
if ("skip" in place) throw new Error(place.skip);
tell(`seed ${seed}`);
for (let i = 0; i < Number(rounds); i++) {
  const refused = await round(place, (seed % 2 ** 16) + 10 * i, random);
  tell(`${i + 1}: ${refused.length === 0 ? "nothing was refused" : `refused: ${refused.join(", ")}`}`);
}
await place.server.kill("SIGTERM");
await expectSound(place.data);
tell(`${rounds} rounds: nothing lost, the same pixels, and the queue went on by itself`);
process.exit();
