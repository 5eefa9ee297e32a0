// How owners take turns: rules that every queue keeps to.
import assert from "node:assert/strict";
import { finished, leased, orderOf, type Rule, request } from "./contract.fixture.ts";
import type { RunQueue } from "./port.ts";

/** Submits runs whose names begin with their owner: `b2` is of "b", and `-1` of the server's own token. */
async function submitAs(queue: RunQueue, ...ids: string[]): Promise<void> {
  for (const id of ids) await queue.submit(id, { ...request, owner: ownerOf(id) }, orderOf(id));
}

const ownerOf = (id: string) => (id.startsWith("-") ? undefined : id[0]);
const many = (owner: string, count: number) => Array.from({ length: count }, (_, i) => `${owner}${i + 1}`);

async function beginAll(queue: RunQueue): Promise<string[]> {
  const order: string[] = [];
  for (let lease = await queue.lease(); lease; lease = await queue.lease()) {
    order.push(lease.run);
    await queue.report(lease, finished);
  }
  return order;
}

export function turnRules(rule: Rule): void {
  rule("[Q23] owners take turns, and the runs of one stay in their order", async ({ queue }) => {
    await submitAs(queue, "b1", "b2", "b3", "b4", "a1", "c1", "a2", "-1", "b5", "c2");
    const line = ["b1", "a1", "c1", "-1", "b2", "a2", "c2", "b3", "b4", "b5"];
    assert.deepEqual(await queue.waiting(), line);
    assert.deepEqual([await queue.position("a2"), await queue.position("b2")], [5, 4]);
    assert.deepEqual([(await queue.record("b2"))!.owner, (await queue.record("-1"))!.owner], ["b", undefined]);
    assert.deepEqual(await beginAll(queue), line);
  });

  rule("[Q23] hundreds of runs of one owner hold up a single one by one run", async ({ queue, restart }) => {
    await submitAs(queue, ...many("b", 200));
    const running = await leased(queue);
    await submitAs(queue, "a1");
    assert.equal(await queue.position("a1"), 0, "b has had its turn");
    await queue.report(running, finished);
    await queue.report(await leased(queue), finished);
    await submitAs(queue, "a2");
    assert.deepEqual(await queue.waiting(3), ["b2", "a2", "b3"], "a has had the newest turn");
    const next = await restart();
    await submitAs(next, "c1", "b201");
    assert.deepEqual(await next.waiting(3), ["c1", "b2", "a2"], "turns outlive the process");
    assert.equal(await next.position("b201"), 201);
  });

  rule("[Q23] many owners that come at one place each have it", async ({ queue }) => {
    await submitAs(queue, "-1", "-2");
    const owners = Array.from({ length: 120 }, (_, i) => String.fromCodePoint(0x100 + i));
    for (const owner of owners) await submitAs(queue, `${owner}1`);
    assert.deepEqual(await queue.waiting(), ["-1", ...owners.map((owner) => `${owner}1`), "-2"]);
  });

  rule(
    "[Q23] turns are within a priority, and a run that is given another one enters it by its turn",
    async ({ queue }) => {
      const ask = (id: string, priority: "high" | "normal") =>
        queue.submit(id, { ...request, owner: ownerOf(id), priority }, orderOf(id));
      for (const id of ["b1", "b2", "b3"]) await ask(id, "high");
      for (const id of ["b4", "b5", "a1"]) await ask(id, "normal");
      assert.deepEqual(await queue.waiting(), ["b1", "b2", "b3", "b4", "a1", "b5"]);
      await queue.prioritize("a1", "high");
      assert.deepEqual(await queue.waiting(), ["b1", "a1", "b2", "b3", "b4", "b5"]);
      await queue.prioritize("b1", "high");
      assert.deepEqual(await queue.waiting(), ["a1", "b2", "b3", "b1", "b4", "b5"]);
    },
  );

  rule(
    "[Q24] who is moved, put first or given back has that place, and turns are of what comes later",
    async ({ queue }) => {
      await submitAs(queue, "b1", "b2", "b3", "a1", "a2");
      assert.deepEqual(await queue.waiting(), ["b1", "a1", "b2", "a2", "b3"]);
      await queue.move("b3", 0);
      await queue.move("a1", 99);
      assert.deepEqual(await queue.waiting(), ["b3", "b1", "b2", "a2", "a1"]);
      await submitAs(queue, "c1", "a3");
      assert.deepEqual(await queue.waiting(), ["b3", "c1", "b1", "b2", "a2", "a1", "a3"], "nothing else has moved");
      await queue.submit("b9", { ...request, owner: "b" }, orderOf("b9"), "first");
      const lease = await leased(queue);
      assert.equal(lease.run, "b9");
      await queue.giveBack(lease, "lost");
      assert.deepEqual(await queue.waiting(3), ["b9", "b3", "c1"]);
    },
  );
}
