import { randomInt } from "node:crypto";
import { test } from "node:test";
import { randomOf } from "../cli/kill.fixture.ts";
import { expectSound } from "../kills/held.ts";
import { smallPlace } from "./place.ts";
import { round } from "./rounds.ts";

// `npm run small-disk` does this a hundred times.
test("while a disk fills and empties under runs, uploads, saves, imports and backups, nothing is lost, no pixel is wrong, and the queue goes on (A5)", async (context) => {
  const place = await smallPlace(context);
  if ("skip" in place) return context.skip(place.skip);
  const seed = Number(process.env.CLIPWORK_SEED ?? randomInt(2 ** 16));
  context.diagnostic(`CLIPWORK_SEED=${seed}`);
  await round(place, seed, randomOf(seed));
  await place.server.kill("SIGTERM");
  await expectSound(place.data);
});
