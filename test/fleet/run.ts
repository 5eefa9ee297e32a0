// `npm run fleet [runs] [clients] [seed]`: three servers and four workers with a real Redis and a real S3 store, all on this machine, run small
// workflows while a worker and a server are killed, Redis is, and lines are cut for 20 s. Fails if a run is lost, doubled or other than on one machine.

import { skipFleet } from "../server/fleet.fixture.ts";
import { startServer } from "../server/server.fixture.ts";
import { blows, carryOut } from "./carry-out.ts";

const [runs = "2000", clients = "50", given] = process.argv.slice(2);
const seed = given === undefined ? Date.now() % 2 ** 24 : Number(given);
const cutMs = 20_000;
const tell = (text: string) => process.stdout.write(`${text}\n`);
const cleanups: (() => unknown)[] = [];
const context = { after: (work: unknown) => void cleanups.push(work as () => unknown) };
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
process.on("exit", () => {
  for (const clean of cleanups) clean();
});
if (skipFleet) {
  tell(skipFleet);
  process.exit(2);
}
tell(`seed ${seed}`);
const alone = await startServer(context);
const { seconds, events, moves, continued } = await carryOut(context, {
  ...{ servers: 3, workers: 4, runs: Number(runs), clients: Number(clients), pictures: 200, alone, seed, tell },
  blows: [
    blows.worker(0.1),
    blows.cut(0.25, "worker", "refused", cutMs),
    blows.server(0.4),
    blows.redis(0.5),
    blows.cut(0.6, "server", "silent", cutMs),
    blows.cut(0.75, "store", "refused", cutMs),
  ],
});
tell(
  `✔ ${runs} runs of ${clients} clients in ${seconds.toFixed(0)} s: none lost, none doubled, the pixels of one machine`,
);
tell(
  `  ${events} events came to viewers, two a run, without a hole or a repetition; ${moves} times one went to another server`,
);
tell(`  ${continued} runs went on elsewhere, or began again`);
process.exit(0);
