import assert from "node:assert/strict";
import { test } from "node:test";
import { describeOutlook, diskTrouble, markOf, type Outlook, readForecast } from "./outlook.ts";

const forecast = {
  nodes: [
    { node: "encode", state: "cached" },
    { node: "prior", state: "would run" },
    { node: "decode", state: "unknown" },
    { node: "other", state: "not needed" },
  ],
  ms: 1_400,
} as const;

test("a forecast is counted: what may have to run, of what is needed", () => {
  assert.deepEqual(readForecast(forecast), {
    nodes: { encode: "cached", prior: "would run", decode: "unknown", other: "not needed" },
    toRun: 2,
    all: 3,
    ms: 1_400,
  });
  assert.equal("ms" in readForecast({ nodes: [] }), false);
});

test("nodes are marked only if the run would compute some and take others as they are", () => {
  const now = readForecast(forecast);
  assert.deepEqual(
    ["encode", "prior", "decode", "other", "unheard of", "toString"].map((node) => markOf(now, node)),
    ["kept", "ahead", "ahead", undefined, undefined, undefined],
  );
  const all = readForecast({ nodes: [{ node: "a", state: "would run" }] });
  assert.equal(markOf(all, "a"), undefined);
  const none = readForecast({ nodes: [{ node: "a", state: "cached" }] });
  assert.equal(markOf(none, "a"), undefined);
  assert.equal(markOf(undefined, "a"), undefined);
});

test("the bar says how much a run would do, and how long it takes if that is known", () => {
  const say = (toRun: number, all: number, ms?: number) =>
    describeOutlook({ nodes: {}, toRun, all, ...(ms === undefined ? {} : { ms }) } satisfies Outlook);
  assert.equal(say(0, 6, 10), "everything is kept");
  assert.equal(say(1, 1), "1 node");
  assert.equal(say(6, 6), "6 nodes");
  assert.equal(say(2, 6, 1_400), "2 of 6 nodes, about 1.4 s");
});

test("what a run writes is said if it is much, and warned of if the disk has little more than that, or less", () => {
  const MB = 2 ** 20;
  const say = (bytes: number, free: number) => {
    const now = readForecast({ nodes: [{ node: "a", state: "would run" }], disk: { bytes, free } });
    return [describeOutlook(now), diskTrouble(now)];
  };
  assert.deepEqual(say(99 * MB, 900 * MB), ["1 node", undefined]);
  assert.deepEqual(say(200 * MB, 900 * MB), ["1 node, 200 MB", undefined]);
  const words = (free: string) => `It would write about 9.0 MB, and ${free} are free on the server's disk`;
  assert.deepEqual(say(9 * MB, 12 * MB), ["1 node, 9.0 MB", words("12 MB")]);
  assert.deepEqual(say(9 * MB, 8 * MB), ["1 node, 9.0 MB", `${words("8.0 MB")}: it is refused until there is room`]);
});
