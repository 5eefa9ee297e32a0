import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { type TestServer, until } from "../server/server.fixture.ts";
import { ask, newAsked } from "./asked.ts";
import type { Gate } from "./gates.ts";
import { expectKept, undisturbed } from "./held.ts";
import { hasEnded, type Place, type Victim } from "./place.ts";

/** A round asks for a run, two changes of a workflow and an upload, is hit by a kill, and looks at what became of all that. */
type Round = { readonly place: Place; readonly reference: TestServer; readonly seed: number };

/** Ends the victim at that passage of a gate. */
export async function killAt(gate: Gate, victim: Victim, passage: number, { place, reference, seed }: Round) {
  const pixels = await undisturbed(reference, seed);
  const asked = await newAsked(seed);
  const server = await place.server();
  place.arm(gate, victim, passage);
  await ask(server, asked).catch(expectEnded(server));
  if (!hasEnded(server)) await Promise.race([comesBy(place, server, asked.run!), ended(server)]);
  assert.ok(place.fired, `nobody came by the gate "${gate.name}" for the ${passage}. time`);
  await goOn(place, asked, pixels);
}

/** Ends the victim so many milliseconds after the round began, and again so many after the next start if `again` is given. */
export async function killAfter(ms: number, again: number | undefined, victim: Victim, round: Round) {
  const { place, reference, seed } = round;
  const pixels = await undisturbed(reference, seed);
  const asked = await newAsked(seed);
  for (const delay of again === undefined ? [ms] : [ms, again]) {
    const server = await place.server();
    const asking = ask(server, asked).catch(expectEnded(server));
    await wait(delay);
    place.kill(victim);
    await asking;
    if (victim !== "worker") await ended(server);
  }
  await goOn(place, asked, pixels);
}

async function goOn(place: Place, asked: Awaited<ReturnType<typeof newAsked>>, pixels: string): Promise<void> {
  const server = await place.server();
  await ask(server, asked);
  await expectKept(server, asked, pixels);
  assert.ok(!hasEnded(server), "the server goes on");
}

/** Resolves when the armed gate was passed, or fails after the run's end if it was not. */
async function comesBy(place: Place, server: TestServer, run: string): Promise<void> {
  try {
    await server.watch(run);
    await until(() => place.fired, server);
  } catch (error) {
    await expectEnded(server)(error);
  }
}

async function ended(server: TestServer): Promise<void> {
  if (!hasEnded(server)) await once(server.process, "exit");
}

/** For `catch`: that a request or a socket breaks off is what happens when its server is ended, and only then. */
function expectEnded(server: TestServer): (error: unknown) => Promise<void> {
  return async (error) => {
    const brokeOff = error instanceof TypeError || /websocket error/.test(String(error));
    if (!brokeOff) throw error;
    await ended(server);
  };
}
