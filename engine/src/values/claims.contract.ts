import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Claim, Claims } from "./claims.ts";

/** Longer than any test takes. */
const long = 600_000;

/** What all Claims guarantee. `open` returns the same claims as two users of them see them; nothing is claimed yet. */
export function claimsContract(
  name: string,
  open: (context: TestContext) => Promise<readonly [Claims, Claims]> | readonly [Claims, Claims],
): void {
  const key = "a".repeat(64);
  const other = "b".repeat(64);
  const { signal } = new AbortController();
  const patient = { ms: long, signal };

  test(`${name}: [H10] who asks first has the claim, whoever asks later hears when it is over`, async (context) => {
    const [one, two] = await open(context);
    const first = own(await one.claim(key, patient));
    const second = theirs(await two.claim(key, patient));
    const third = theirs(await one.claim(key, patient));
    let isOver = false;
    const over = second.over.then(() => {
      isOver = true;
    });
    const aside = own(await two.claim(other, patient));
    const heard = theirs(await one.claim(other, patient)).over;
    aside.release();
    await heard;
    assert.equal(isOver, false, "a claim of another value is another claim");
    first.release();
    await Promise.all([over, third.over]);
    const next = own(await two.claim(key, patient));
    assert.equal((await one.claim(key, patient)).mine, false, "whoever asks first then has the next");
    next.release();
  });

  test(`${name}: [H11] nobody waits for longer than was said, or after a cancel`, async (context) => {
    const [one, two] = await open(context);
    const first = own(await one.claim(key, patient));
    await theirs(await two.claim(key, { ms: 1, signal })).over;
    const cancel = new AbortController();
    const waiting = theirs(await two.claim(key, { ms: long, signal: cancel.signal }));
    cancel.abort();
    await waiting.over;
    await theirs(await two.claim(key, { ms: long, signal: cancel.signal })).over;
    assert.equal((await two.claim(key, { ms: 1, signal })).mine, false, "who gave up waiting has taken nothing");
    first.release();
  });

  test(`${name}: [H10] of many who ask at once one has the claim`, async (context) => {
    const users = await open(context);
    const all = await Promise.all(Array.from({ length: 32 }, (_, i) => users[i % 2]!.claim(key, patient)));
    const mine = all.filter((claim) => claim.mine);
    assert.equal(mine.length, 1);
    own(mine[0]!).release();
    await Promise.all(all.filter((claim) => !claim.mine).map(({ over }) => over));
  });
}

function own(claim: Claim): Extract<Claim, { mine: true }> {
  assert.ok(claim.mine);
  return claim;
}

function theirs(claim: Claim): Extract<Claim, { mine: false }> {
  assert.ok(!claim.mine);
  return claim;
}
