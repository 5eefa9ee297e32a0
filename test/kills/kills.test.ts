import { randomInt } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { randomOf } from "../cli/kill.fixture.ts";
import { startServer } from "../server/server.fixture.ts";
import { gates } from "./gates.ts";
import { expectSound } from "./held.ts";
import { Place, victims } from "./place.ts";
import { killAfter, killAt } from "./rounds.ts";

// `npm run kills` does this with every victim, and at a hundred random moments.
test("whoever is ended at a gate or at any moment, no run, workflow or upload is lost, none is doubled, and pixels are the same (case 41)", {
  skip: process.platform !== "linux",
  // A run that was lost never ends.
  timeout: 300_000,
}, async (context) => {
  const seed = Number(process.env.CLIPWORK_SEED ?? randomInt(2 ** 24));
  context.diagnostic(`CLIPWORK_SEED=${seed}`);
  const random = randomOf(seed);
  const folder = folderFor(context);
  const place = new Place(context, folder);
  const reference = await startServer(context, { data: join(folder, "reference") });
  const round = (i: number) => ({ place, reference, seed: seed + 10 * i });
  for (const [i, gate] of gates.entries()) await killAt(gate, gate.process, 1, round(i));
  for (let i = 0; i < 2; i++) {
    const victim = victims[Math.floor(random() * victims.length)]!;
    await killAfter(random() * 400, undefined, victim, round(gates.length + i));
  }
  await (await place.server()).kill("SIGTERM");
  await expectSound(place.data);
});
