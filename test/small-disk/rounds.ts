import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { undisturbed } from "../kills/held.ts";
import type { TestServer } from "../server/server.fixture.ts";
import { ballast, leave } from "../server/tmpfs.fixture.ts";
import { type Ask, askBackup, askImport, askRun, askSave, askUpload } from "./asks.ts";

/** What a disk that is full has left, in bytes: nothing at all, or enough for some of what is written and not for the rest. */
const leftOver = [0, 4096, 20_000, 60_000, 300_000, 1_500_000];
/** How long it takes until the disk is full, and until it has room again, in milliseconds, at most. */
const longest = 600;

export type Place = {
  readonly server: TestServer;
  /** On a disk of its own. */
  readonly reference: TestServer;
  /** The folder on the small disk. */
  readonly disk: string;
  /** A folder on another one. */
  readonly elsewhere: string;
};

/**
 * Asks for all that is written to a data folder while its disk fills and empties at moments that `random` says, and looks at what became of it
 * once there is room. Returns what was refused for want of room. Throws if anything is lost or wrong, or if the queue does not go on.
 */
export async function round(place: Place, seed: number, random: () => number): Promise<readonly string[]> {
  const { server, reference, disk, elsewhere } = place;
  const seeds = [seed, seed + 2, seed + 4];
  const pixels: string[] = [];
  for (const one of seeds) pixels.push(await undisturbed(reference, one));
  const asks: (() => Promise<Ask>)[] = [
    ...seeds.map((one, i) => () => askRun(server, one, pixels[i]!)),
    ...seeds.flatMap((one) => [() => askSave(server, one), () => askUpload(server, one)]),
    () => askImport(server, seed),
    () => askBackup(server, seed, elsewhere),
  ];
  const asked = asks.map(async (begin) => {
    await wait(random() * longest);
    return begin();
  });
  const filling = fillAndEmpty(disk, random);
  const made = await Promise.allSettled(asked);
  await filling;
  const failed = made.filter((one) => one.status === "rejected").map(({ reason }) => reason);
  if (failed.length > 0) throw new AggregateError(failed, `while the disk was full: ${failed.map(String).join("\n")}`);
  const all = made.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  for (const { what, look } of all)
    await look().catch((cause: unknown) => {
      throw new Error(`${what}: ${cause}`, { cause });
    });
  assert.equal(server.process.exitCode ?? server.process.signalCode, null, "the server goes on");
  assert.equal((await server.json("GET", "/queue")).held, undefined, "nothing holds the queue");
  return all.filter(({ promised }) => !promised).map(({ what }) => what);
}

/** Fills the disk and gives the room back, three times. */
async function fillAndEmpty(disk: string, random: () => number): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await wait(random() * longest);
    leave(disk, leftOver[Math.floor(random() * leftOver.length)]!);
    await wait(random() * longest);
    rmSync(ballast(disk), { force: true });
  }
}
