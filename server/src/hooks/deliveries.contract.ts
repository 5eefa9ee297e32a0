import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { finished, leased, request } from "../queue/contract.fixture.ts";
import type { RunQueue } from "../queue/port.ts";
import type { Deliveries } from "./deliveries.ts";

const [url, other] = ["https://one.example/", "https://two.example/?a=1"];
const message = (id: string, to = url) => ({ id, url: to, body: `body of ${id}` });

/** What all Deliveries guarantee, with a queue whose ends they hear. `open` returns new ones, of which nothing is configured yet. */
export function deliveriesContract(
  name: string,
  open: (context: TestContext) => Promise<{ readonly deliveries: Deliveries; readonly queue: RunQueue }>,
): void {
  async function opened(context: TestContext) {
    const { deliveries, queue } = await open(context);
    const submit = (id: string, passing?: string) =>
      queue.submit(id, { ...request, ...(passing !== undefined && { passing }) }, new Uint8Array(1));
    const end = async (id: string, passing?: string) => {
      await submit(id, passing);
      await queue.report(await leased(queue), finished);
    };
    return { deliveries, queue, submit, end };
  }

  test(`${name}: [N1] each run that ends is to be announced, however it ends, until that is noted; none that ended before there was an address, or in passing`, async (context) => {
    const { deliveries, queue, submit, end } = await opened(context);
    await end("before");
    await deliveries.open([{ url }]);
    await end("a");
    await end("aside", "preview");
    await submit("b");
    await queue.fail(await leased(queue), "no");
    await submit("c");
    await queue.cancel("c");
    assert.deepEqual([...(await deliveries.ended(9))].sort(), ["a", "b", "c"]);
    await deliveries.note("a", [message("m1")]);
    await deliveries.note("b", []);
    assert.deepEqual(await deliveries.ended(9), ["c"]);
    await deliveries.note("a", [message("m2")]);
    await deliveries.note("before", [message("m3")]);
    assert.equal(await deliveries.count(), 1, "an end is noted once");
  });

  test(`${name}: [N2] a message is had until it is over, and not before it is due again`, async (context) => {
    const { deliveries, end } = await opened(context);
    await deliveries.open([{ url }, { url: other }]);
    await end("a");
    assert.equal(await deliveries.next(url), undefined);
    await deliveries.note("a", [message("m1"), message("m2", other)]);
    assert.equal(await deliveries.next(url), 0);
    const first = [...(await deliveries.take(url, 9)), ...(await deliveries.take(other, 9))];
    assert.deepEqual(
      first.map((one) => ({ ...one })),
      [
        { id: "m1", run: "a", url, body: "body of m1", attempts: 0 },
        { id: "m2", run: "a", url: other, body: "body of m2", attempts: 0 },
      ],
    );
    await deliveries.tried("m1", 3_600_000);
    await deliveries.tried("m2", 0);
    assert.deepEqual(
      (await deliveries.take(other, 9)).map(({ id, attempts }) => `${id} ${attempts}`),
      ["m2 1"],
    );
    assert.deepEqual(await deliveries.take(url, 9), []);
    await deliveries.tried("m2", undefined);
    await deliveries.tried("m2", 0);
    assert.equal(await deliveries.next(other), undefined);
    const left = await deliveries.next(url);
    assert.ok(left! > 3_000_000 && left! <= 3_600_000, `${left}`);
    assert.equal(await deliveries.count(), 1);
  });

  test(`${name}: [N1] who is told is known, with what of and since when, however often the address is named`, async (context) => {
    const { deliveries } = await opened(context);
    await deliveries.open([{ url }]);
    const [before] = await deliveries.told();
    assert.equal(before!.states, undefined);
    await deliveries.open([{ url, states: ["failed"] }, { url: other }]);
    const told = [...(await deliveries.told())].sort((x, y) => (x.url < y.url ? -1 : 1));
    assert.deepEqual(
      told.map(({ url, states }) => [url, states]),
      [
        [url, ["failed"]],
        [other, undefined],
      ],
    );
    assert.deepEqual([told[0]!.since === before!.since, told[1]!.since >= before!.since], [true, true]);
  });

  test(`${name}: [N4] what waits for an address that is not configured is not had`, async (context) => {
    const { deliveries, end } = await opened(context);
    await deliveries.open([{ url }]);
    await end("a");
    await deliveries.note("a", [message("m1")]);
    await deliveries.open([{ url: other }]);
    assert.deepEqual(
      [await deliveries.take(other, 9), await deliveries.count(), await deliveries.next(other)],
      [[], 0, undefined],
    );
  });
}
