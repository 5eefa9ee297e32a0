import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RunEvent, RunEventBody } from "./event.ts";
import { type ItemState, nodeProgress, nodeState } from "./node-view.ts";
import { PersistentList } from "./persistent-list.ts";
import { PersistentMap } from "./persistent-map.ts";
import { endOf, isLive, isRunEnd, type RunState } from "./run-state.ts";
import { emptyRun, type RunView, reduce, runProgress } from "./run-view.ts";

// fast-check prints the seed and the smallest failing case.

const numbered = (bodies: readonly RunEventBody[], from = 1) =>
  bodies.map((body, i) => ({ ...body, seq: from + i, run: "r", time: 10 * (from + i) }) as RunEvent);
const after = (events: readonly RunEvent[], view: RunView = emptyRun("r")) =>
  events.reduce((now, event) => reduce(now, event), view);
const viewOf = (...bodies: readonly RunEventBody[]) => after(numbered(bodies));

const at = { node: fc.constantFrom("a", "b", "c", "constructor", "__proto__"), item: fc.nat(40) };
const end = { executed: fc.nat(3), cached: fc.nat(3), outputs: fc.constant([]), ms: fc.nat(99) };
const oneOf = <E extends string>(...events: E[]) => fc.constantFrom(...events);
/** Any event, in an order that no engine would choose. */
const body = fc.oneof(
  { arbitrary: fc.record({ event: oneOf("node.started", "node.cached"), ...at }), weight: 4 },
  {
    arbitrary: fc.record({ event: oneOf("node.progress"), ...at, step: fc.nat(4), steps: fc.constantFrom(0, 4, 9) }),
    weight: 3,
  },
  { arbitrary: fc.record({ event: oneOf("node.finished"), ...at, ms: fc.nat(99) }), weight: 3 },
  fc.record({ event: oneOf("node.failed"), ...at, message: fc.string() }),
  fc.record({ event: oneOf("node.skipped"), ...at, because: at.node }),
  fc.record({ event: oneOf("notice"), message: fc.string() }),
  fc.record({ event: oneOf("notice"), ...at, message: fc.string() }),
  fc.record({ event: oneOf("run.queued") }),
  { arbitrary: fc.record({ event: oneOf("run.started"), nodes: fc.nat(9) }), weight: 1 },
  fc.record({ event: oneOf("run.finished", "run.failed", "run.cancelled"), ...end }),
) as fc.Arbitrary<RunEventBody>;
const events = fc.array(body, { maxLength: 80, size: "max" }).map((bodies) => numbered(bodies));

test("[U1] each end has its state, and no other event is an end", () => {
  const ends = [viewOf({ event: "run.queued" }), viewOf({ event: "run.started", nodes: 1 })].map(({ state }) => state);
  assert.deepEqual(ends, ["queued", "running"]);
  for (const state of ["finished", "failed", "cancelled"] as const) {
    const event = { event: `run.${state}`, executed: 0, cached: 0, outputs: [], ms: 5 } as const;
    assert.deepEqual([endOf(event), isRunEnd(event), isLive(state)], [state, true, false]);
    const view = viewOf(event);
    assert.deepEqual([view.state, view.ms], [state, 5]);
  }
  for (const event of ["run.queued", "run.started", "node.finished", "constructor"]) {
    assert.equal(endOf({ event }), undefined);
    assert.equal(isRunEnd({ event }), false);
  }
  assert.deepEqual((["queued", "running"] satisfies RunState[]).map(isLive), [true, true]);
});

test("[U2] whoever joins late, hears twice or out of turn comes to the same view", () => {
  fc.assert(
    fc.property(events, fc.nat(80), fc.array(fc.nat(79)), (all, split, noise) => {
      const whole = after(all);
      let view = after(all.slice(0, split));
      for (const i of noise) {
        const event = all[i];
        if (event && event.seq !== view.seq + 1) assert.equal(reduce(view, event), view);
        if (event) assert.equal(reduce(view, { ...event, run: "other" }), view);
      }
      view = after(all, view);
      assert.deepEqual(view, whole);
      assert.equal(whole.seq, all.length);
    }),
  );
  assert.equal(after(numbered([{ event: "run.queued" }], 5), emptyRun("r", 4)).seq, 5);
});

test("[U3] every view on the way stays what it was, also where two go on from one", () => {
  fc.assert(
    fc.property(events, events, fc.nat(80), (all, others, split) => {
      const views = [emptyRun("r")];
      for (const event of all) views.push(reduce(views.at(-1)!, event));
      const copies = views.map(plain);
      const from = views[Math.min(split, all.length)]!;
      after(numbered(others, from.seq + 1), from);
      assert.deepEqual(views.map(plain), copies);
      const other = after(numbered(others, from.seq + 1), from);
      assert.deepEqual(plain(after(numbered(others, from.seq + 1), after(all.slice(0, from.seq)))), plain(other));
    }),
    { numRuns: 40 },
  );
  const more = { ...emptyRun("r"), mine: [1] };
  const next = reduce(more, numbered([{ event: "node.started", node: "a", item: 0 }])[0]!);
  assert.equal(next.mine, more.mine);
  assert.equal(next.nodes.size, 1);
});

test("[U4] the sums of a node are those of its items, in whatever order things happen", () => {
  fc.assert(
    fc.property(events, (all) => {
      const view = after(all);
      for (const [, node] of view.nodes) {
        const items = [...node.items];
        assert.equal(node.items.size, items.length);
        for (const state of Object.keys(node.count) as ItemState[])
          assert.equal(node.count[state], items.filter((item) => item.state === state).length);
        const counting = items.filter(({ steps }) => steps > 0);
        const sum = (of: "step" | "steps") => counting.reduce((total, item) => total + item[of], 0);
        assert.deepEqual(node.steps, { done: sum("step"), all: sum("steps") });
        const others = items.filter(({ steps }) => steps === 0);
        const done = others.filter(({ state }) => state === "finished" || state === "cached");
        assert.deepEqual(node.plain, { done: done.length, all: others.length });
      }
      const nodes = [...view.nodes].map(([, node]) => node).filter(({ items }) => items.size > 0);
      assert.equal(view.settled, nodes.filter(({ count }) => count.running === 0).length);
    }),
  );
});

test("[U4] an item that the cache lost and that is computed again counts once", () => {
  const view = viewOf(
    { event: "node.cached", node: "a", item: 0 },
    { event: "node.started", node: "a", item: 0 },
    { event: "node.progress", node: "a", item: 0, step: 2, steps: 5 },
    { event: "node.finished", node: "a", item: 0, ms: 1 },
  );
  const { count, steps, plain } = view.nodes.get("a")!;
  assert.deepEqual(count, { running: 0, finished: 1, cached: 0, failed: 0, skipped: 0, stopped: 0 });
  assert.deepEqual(
    [steps, plain],
    [
      { done: 5, all: 5 },
      { done: 0, all: 0 },
    ],
  );
  assert.deepEqual([view.executed, view.cached], [1, 0]);
});

test("[U6] the items that run are listed as they began, and leave when they settle", () => {
  const begun = ["a", "b", "a"].map((node, item) => ({ event: "node.started", node, item }) as const);
  const spots = (...more: RunEventBody[]) =>
    viewOf(...begun, ...more).running.map(({ node, item }) => `${node} ${item}`);
  assert.deepEqual(spots(), ["a 0", "b 1", "a 2"]);
  assert.deepEqual(spots({ event: "node.progress", node: "a", item: 0, step: 1, steps: 2 }), ["a 0", "b 1", "a 2"]);
  assert.deepEqual(spots({ event: "node.failed", node: "b", item: 1, message: "" }), ["a 0", "a 2"]);
  fc.assert(
    fc.property(events, (all) => {
      const view = after(all);
      const running = [...view.nodes].flatMap(([node, { items, count }]) =>
        count.running === 0
          ? []
          : Array.from({ length: 41 }, (_, item) => ({ node, item })).filter(
              (spot) => items.at(spot.item)?.state === "running",
            ),
      );
      const sorted = (spots: readonly object[]) => spots.map((spot) => JSON.stringify(spot)).sort();
      assert.deepEqual(sorted(view.running), sorted(running));
    }),
  );
});

test("[U11] nothing is running in a run that has ended: what a cancel broke off has stopped where it was", () => {
  const view = viewOf(
    { event: "run.started", nodes: 3 },
    { event: "node.started", node: "a", item: 0 },
    { event: "node.progress", node: "a", item: 0, step: 84, steps: 225 },
    { event: "node.started", node: "b", item: 0 },
    { event: "run.cancelled", executed: 0, cached: 0, outputs: [], ms: 4 },
  );
  assert.deepEqual(
    [nodeState(view.nodes.get("a")), nodeState(view.nodes.get("b")), view.running],
    ["stopped", "stopped", []],
  );
  assert.deepEqual(view.nodes.get("a")!.items.at(0), { state: "stopped", step: 84, steps: 225 });
  fc.assert(
    fc.property(
      events,
      fc.record({ event: oneOf("run.finished", "run.failed", "run.cancelled"), ...end }),
      (all, last) => {
        const ended = after(numbered([last], all.length + 1), after(all));
        for (const [, node] of ended.nodes) assert.equal(node.count.running, 0);
        assert.deepEqual(ended.running, []);
      },
    ),
  );
});

test("[U7] one more event makes as many new objects in a run of 100,000 nodes or items as in one of 100", () => {
  const made = (count: number, spot: (i: number) => { node: string; item: number }) => {
    let before = emptyRun("r");
    for (let i = 0; i < count; i++) {
      before = reduce(before, { event: "node.started", ...spot(i), seq: 2 * i + 1, run: "r", time: 0 } as RunEvent);
      before = reduce(before, {
        event: "node.finished",
        ...spot(i),
        ms: 1,
        seq: 2 * i + 2,
        run: "r",
        time: 0,
      } as RunEvent);
    }
    const known = objectsOf(before);
    const next = reduce(before, {
      event: "node.started",
      ...spot(count),
      seq: 2 * count + 1,
      run: "r",
      time: 0,
    } as RunEvent);
    assert.equal(next.running.length, 1);
    return [...objectsOf(next)].filter((object) => !known.has(object));
  };
  for (const spot of [(i: number) => ({ node: `n${i}`, item: 0 }), (item: number) => ({ node: "n", item })]) {
    const few = made(100, spot);
    const many = made(100_000, spot);
    // Two more levels of a list that has 32 branches at each, and nothing longer than that.
    assert.ok(many.length <= few.length + 4, `${few.length} new objects become ${many.length}`);
    assert.ok(many.every((object) => Object.keys(object).length <= 32));
  }
});

test("[U7] a list and a map hold what was put, at any place and in any order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(fc.nat(70), fc.nat(100_000)), fc.nat())), (changes) => {
      let list: PersistentList<number> = PersistentList.empty;
      let map = PersistentMap.empty<readonly [number]>();
      const model = new Map<number, number>();
      for (const [place, value] of changes) {
        list = list.with(place, value);
        map = map.with(`k${place}`, [value]);
        model.set(place, value);
      }
      assert.equal(list.size, model.size);
      assert.equal(map.size, model.size);
      for (const [place, value] of model) {
        assert.equal(list.at(place), value);
        assert.deepEqual(map.get(`k${place}`), [value]);
        if (!model.has(place + 1)) assert.equal(list.at(place + 1), undefined);
      }
      assert.deepEqual(
        [...list],
        [...model].sort(([a], [b]) => a - b).map(([, value]) => value),
      );
      assert.deepEqual(
        [...map],
        [...model].map(([place, value]) => [`k${place}`, [value]]),
      );
      assert.equal(list.at(2 ** 30 - 1), undefined);
    }),
  );
  const from = PersistentMap.empty<readonly number[]>().with("x", []);
  const keys = (map: PersistentMap<readonly number[]>) => [...map].map(([key]) => key).join("");
  const one = from.with("a", [1]).with("b", []);
  const two = from.with("b", []).with("a", [2]);
  assert.deepEqual([keys(from), keys(one), keys(two)], ["x", "xab", "xba"]);
  assert.deepEqual([from.get("a"), one.get("a"), two.get("a")], [undefined, [1], [2]]);
  let long: PersistentList<number> = PersistentList.empty;
  for (let i = 0; i < 2_000; i++) long = long.push(i);
  assert.deepEqual(
    [...long],
    Array.from({ length: 2_000 }, (_, i) => i),
  );
});

test("[U8] a run that starts again has done nothing yet, and keeps what was said of it", () => {
  const view = viewOf(
    { event: "run.started", nodes: 2 },
    { event: "node.started", node: "a", item: 0 },
    { event: "notice", message: "The server ended." },
    { event: "run.started", nodes: 2 },
  );
  assert.deepEqual([view.state, view.nodes.size, view.running, view.executed, view.settled], ["running", 0, [], 0, 0]);
  assert.equal(view.started, 40);
  assert.deepEqual([...view.notices], ["The server ended."]);
});

test("[U9] a node is as the worst or most alive of its items, and keeps its first failure, its beginning and its longest time", () => {
  const states: (ItemState | undefined)[] = [];
  let view = emptyRun("r");
  const tell = (...bodies: RunEventBody[]) => {
    view = after(numbered(bodies, view.seq + 1), view);
    states.push(nodeState(view.nodes.get("a")));
  };
  tell({ event: "notice", node: "a", item: 0, message: "Words were cut." });
  tell({ event: "node.cached", node: "a", item: 0 });
  tell({ event: "node.started", node: "a", item: 1 });
  tell({ event: "node.finished", node: "a", item: 1, ms: 70 });
  tell({ event: "node.started", node: "a", item: 2 }, { event: "node.finished", node: "a", item: 2, ms: 9 });
  tell({ event: "node.skipped", node: "a", item: 3, because: "b" });
  tell({ event: "node.failed", node: "a", item: 4, message: "First.", remedy: "Mend it." });
  tell({ event: "node.failed", node: "a", item: 5, message: "Second." });
  assert.deepEqual(states, [undefined, "cached", "running", "finished", "finished", "skipped", "failed", "failed"]);
  assert.equal(nodeState(undefined), undefined);
  const node = view.nodes.get("a")!;
  assert.deepEqual(node.failure, { item: 4, message: "First.", remedy: "Mend it." });
  assert.deepEqual([node.started, node.changed, node.ms, node.because], [30, 90, 70, "b"]);
  assert.deepEqual([...node.notices], ["Words were cut."]);
});

test("[U4] what a node does that is no step holds until its next step, and changes no sum", () => {
  const at = { node: "paint", item: 0 };
  const events: RunEventBody[] = [
    { ...at, event: "node.started" },
    { ...at, event: "node.progress", step: 0, steps: 0, doing: "loading" },
    { ...at, event: "node.progress", step: 1, steps: 4 },
    { ...at, event: "node.progress", step: 1, steps: 4, doing: "loading more" },
    { ...at, event: "node.finished", ms: 3 },
  ];
  let view = emptyRun("r");
  const seen = events.map((event, i) => {
    view = reduce(view, { run: "r", time: 1, ...event, seq: i + 1 } as RunEvent);
    const { doing, steps, plain } = view.nodes.get("paint")!;
    return [doing, steps.done, steps.all, plain.all];
  });
  assert.deepEqual(seen, [
    [undefined, 0, 0, 1],
    ["loading", 0, 0, 1],
    [undefined, 1, 4, 0],
    ["loading more", 1, 4, 0],
    [undefined, 4, 4, 0],
  ]);
});

test("[U10] the share that is done grows with settled nodes and with steps", () => {
  const shares: number[] = [];
  let view = emptyRun("r");
  const tell = (body: RunEventBody) => {
    view = after(numbered([body], view.seq + 1), view);
    shares.push(runProgress(view));
  };
  tell({ event: "run.queued" });
  tell({ event: "run.started", nodes: 4 });
  tell({ event: "node.cached", node: "a", item: 0 });
  tell({ event: "node.started", node: "b", item: 0 });
  assert.equal(nodeProgress(view.nodes.get("b")), undefined);
  tell({ event: "node.progress", node: "b", item: 0, step: 1, steps: 4 });
  tell({ event: "node.progress", node: "b", item: 0, step: 2, steps: 4 });
  tell({ event: "node.finished", node: "b", item: 0, ms: 1 });
  assert.deepEqual(nodeProgress(view.nodes.get("b")), { done: 4, all: 4 });
  tell({ event: "node.skipped", node: "c", item: 0, because: "b" });
  tell({ event: "run.finished", executed: 1, cached: 1, outputs: [], ms: 1 });
  assert.deepEqual(shares, [0, 0, 0.25, 0.25, 0.3125, 0.375, 0.5, 0.75, 1]);
});

/** What a view says, in plain data. */
function plain(view: RunView): unknown {
  const nodes = [...view.nodes].map(([id, node]) => [
    id,
    { ...node, items: [...node.items], notices: [...node.notices] },
  ]);
  return structuredClone({ ...view, nodes, notices: [...view.notices] });
}

/** All objects that a view is made of, the shared table of a map's places left out. */
function objectsOf(view: RunView): ReadonlySet<object> {
  const seen = new Set<object>();
  const open: unknown[] = [view];
  while (open.length > 0) {
    const thing = open.pop();
    if (typeof thing !== "object" || thing === null || seen.has(thing)) continue;
    seen.add(thing);
    for (const part of Object.values(thing)) open.push(part);
  }
  return seen;
}
