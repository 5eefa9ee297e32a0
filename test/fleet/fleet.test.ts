import { test } from "node:test";
import { skipFleet } from "../server/fleet.fixture.ts";
import { startServer } from "../server/server.fixture.ts";
import { blows, carryOut } from "./carry-out.ts";

const seed = Number(process.env.CLIPWORK_SEED ?? Date.now() % 2 ** 24);

// `npm run fleet` does this with 2,000 runs, kills a worker too, which is missed after half a minute, and cuts lines for 20 s.
test(`a fleet whose server and Redis are killed and whose lines are cut loses no run, doubles none, and every viewer has every event (seed ${seed})`, {
  skip: skipFleet,
  // A run that was lost never ends.
  timeout: 300_000,
}, async (context) => {
  const alone = await startServer(context);
  await carryOut(context, {
    ...{ servers: 2, workers: 2, runs: 40, clients: 5, pictures: 8, alone, seed },
    blows: [
      blows.cut(0.1, "worker", "refused", 1000),
      blows.server(0.3),
      blows.redis(0.5),
      blows.cut(0.6, "server", "silent", 1000),
      blows.cut(0.8, "store", "refused", 500),
    ],
  });
});
