import assert from "node:assert/strict";
import { test } from "node:test";
import { type Claims, memoryClaims } from "@clipwork/engine";
import { claimsContract } from "@clipwork/engine/testing";
import { type ClaimAsked, ClaimDesk } from "../worker/claim-desk.ts";
import { HostClaims } from "./host-claims.ts";

const key = "c".repeat(64);

/** A run's process and its host, with the messages between them later, as they come over a channel. */
function ends(claims = memoryClaims()) {
  const desk: ClaimDesk = new ClaimDesk(claims, (message) => setImmediate(() => own.hear(message)));
  const own: HostClaims = new HostClaims((message) => setImmediate(() => desk.hear(message)));
  return { desk, own };
}

claimsContract("claims that a host asks for", () => {
  const claims = memoryClaims();
  return [ends(claims).own, ends(claims).own];
});

test("[V12] with a process that is lost its claims go, and what it waits for", async () => {
  const claims = memoryClaims();
  const [lost, other] = [ends(claims), ends(claims)];
  const wait = { ms: 600_000, signal: new AbortController().signal };
  assert.equal((await lost.own.claim(key, wait)).mine, true);
  const waiting = await other.own.claim(key, wait);
  lost.desk.close();
  if (!waiting.mine) await waiting.over;
  assert.equal((await other.own.claim(key, wait)).mine, true);
});

test("[V12] however long an item takes, its claim is answered", async () => {
  const signal = AbortSignal.timeout(5000);
  const claim = await ends().own.claim(key, { ms: 3 * 3_600_000, signal });
  assert.equal(claim.mine, true);
});

test("what is no claim is not asked for, and no number twice", async () => {
  const asked: string[] = [];
  const told: number[] = [];
  const claims = memoryClaims();
  const noting: Claims = {
    claim(key, wait) {
      asked.push(key);
      return claims.claim(key, wait);
    },
  };
  const desk = new ClaimDesk(noting, ({ id }) => void told.push(id));
  const odd: object[] = [{ key: 7 }, { key: "../x" }, { key, ms: -1 }, { key, ms: 1e300 }, { key, ms: "9" }, {}];
  for (const more of odd) await desk.hear({ type: "claim", id: 1, ms: 1, ...more } as ClaimAsked);
  await desk.hear({ type: "release", id: 1 });
  for (let i = 0; i < 2; i++) await desk.hear({ type: "claim", id: 1, key, ms: 1 });
  assert.deepEqual([asked, told], [[key], [1]]);
});
