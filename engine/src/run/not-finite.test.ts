import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodeDefiner } from "../catalogue/node.ts";
import { defineKind } from "../kinds/kind.ts";
import { list, type Socket, socketOf } from "../kinds/socket.ts";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { t } from "../testing/test-kinds.ts";
import { show } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";
import type { Value } from "../values/value.ts";

const defineNode = nodeDefiner<unknown>();
/** A kind that looks at nothing, as a node pack may bring one. */
const any = socketOf(defineKind<Value>({ kind: "any", check: () => undefined }), ".");

/** Runs a node that gives that value, with an input that fills the cache before it. */
async function give(output: Socket, value: unknown) {
  const give = defineNode({
    type: "test.give",
    version: 1,
    title: "Give",
    summary: "Gives what the test says.",
    inputs: { before: t.number(".") },
    outputs: { first: t.number("A right one."), value: output },
    run: () => ({ first: 1, value }) as never,
  });
  const before = defineNode({
    type: "test.before",
    version: 1,
    title: "Before",
    summary: "Gives a number.",
    outputs: { value: t.number(".") },
    run: () => ({ value: 1 }),
  });
  const nodes = {
    before: node("test.before"),
    give: node("test.give", {}, { before: "before.value" }),
    show: node("output.show", {}, { value: "give.value" }),
    first: node("output.show", {}, { value: "give.first" }),
  };
  const kept: string[] = [];
  const inner = memoryCache();
  const put = (key: string, bytes: Uint8Array) => {
    kept.push(key);
    return inner.put(key, bytes);
  };
  const plan = planOf(workflow(nodes), testEnvironment([before, give, show] as never));
  return { ...(await record(plan, { cache: { ...inner, put } })), kept };
}

const floats = (length: number, at: { readonly [index: number]: number }) =>
  Object.assign(new Float32Array(length), at);

const cases: readonly (readonly [title: string, Socket, unknown, RegExp])[] = [
  ["a picture", t.image("."), { width: 2, height: 2, data: floats(12, { 5: NaN }) }, /1 number .*NaN, at data\[5\]\.$/],
  [
    "a picture of nothing else",
    t.image("."),
    { width: 2, height: 2, data: floats(12, {}).fill(NaN) },
    /12 numbers .* NaN, at data\[0\]\.$/,
  ],
  [
    "an overflow",
    t.imageEmbedding("."),
    { embedding: floats(8, { 7: -1 / 0 }) },
    /1 number .* -Infinity, at embedding\[7\]/,
  ],
  ["a number", t.number("."), NaN, /1 number that is not finite: NaN\.$/],
  ["a whole number", t.integer("."), 1 / 0, /1 number that is not finite: Infinity\.$/],
  ["a list of numbers", list(t.number(".")), [1, 2, NaN, 4, 1 / 0], /2 numbers .* NaN, at \[2\]\.$/],
  [
    "a list of pictures",
    list(t.image(".")),
    [1, 1, 2].map((side, i) => ({ width: side, height: 1, data: floats(3 * side, i === 2 ? { 1: NaN, 4: NaN } : {}) })),
    /2 numbers .* NaN, at \[2\]\.data\[1\]\.$/,
  ],
  ["a kind that looks at nothing", any, { deep: [{ x: [1, { y: 1 / 0 }] }] }, /Infinity, at deep\[0\]\.x\[1\]\.y\.$/],
  ["the end of a part of an array", any, floats(9, { 3: NaN, 8: NaN }).subarray(4, 9), /1 number .* NaN, at \[4\]\.$/],
];
for (const [title, socket, value, pattern] of cases) {
  test(`[X12] a value that is not finite fails the node, which says where, and nothing of it is kept: ${title}`, async () => {
    const { status, failures, outputs, kept } = await give(socket, value);
    assert.equal(status, "failed");
    const [failure] = failures;
    assert.equal(failure!.node, "give");
    assert.match(failure!.message, /^The output "value" has /);
    assert.match(failure!.message, pattern);
    assert.match(failure!.remedy!, /nothing of it is kept/i);
    assert.deepEqual(outputs, []);
    assert.equal(kept.length, 1, "what lies before it, and that alone");
  });
}

test("[X12] an array that is none of a value's is refused, whatever it holds", async () => {
  const arrays = [
    new Float64Array([NaN]),
    new Float64Array([1]),
    new Uint8ClampedArray(1),
    new Uint16Array(1),
    new BigInt64Array(1),
    new DataView(new ArrayBuffer(8)),
  ];
  for (const array of arrays) {
    const { failures, kept } = await give(any, { array });
    assert.match(failures[0]!.message, new RegExp(`a ${array.constructor.name} is not a value that can be kept`));
    assert.equal(kept.length, 1);
  }
});

test("[X12] a value that holds itself is refused, and not looked at for ever", async () => {
  const value: unknown[] = [NaN];
  value.push(value, value);
  assert.match((await give(any, { value })).failures[0]!.message, /nested deeper/);
});

test("[X12] what is finite is kept, to the largest and smallest numbers", async () => {
  const most = 3.4028234663852886e38;
  const right: readonly (readonly [Socket, unknown])[] = [
    [any, floats(6, { 0: most, 1: -most, 2: 1.4e-45, 3: -0 })],
    [any, new Int32Array([-(2 ** 31), 2 ** 31 - 1])],
    [any, new Uint8Array([0, 255])],
    [any, { list: [Number.MAX_VALUE, Number.MIN_VALUE, -0, null, true, "NaN", ""] }],
    [t.number("."), -Number.MAX_VALUE],
  ];
  for (const [socket, value] of right) assert.equal((await give(socket, value)).status, "finished", String(value));
});

test("[X12] each number that is not finite is counted, wherever it lies", async () => {
  const odd = fc.constantFrom(NaN, 1 / 0, -1 / 0);
  const array = fc.array(fc.oneof({ weight: 9, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) }, odd));
  await fc.assert(
    fc.asyncProperty(fc.array(array, { minLength: 1, maxLength: 5 }), fc.boolean(), async (arrays, typed) => {
      const value = arrays.map((numbers) => ({ numbers: typed ? new Float32Array(numbers) : numbers }));
      const { failures } = await give(list(any), value);
      const expected = arrays.flat().filter((number) => !Number.isFinite(number)).length;
      if (expected === 0) assert.deepEqual(failures, []);
      else assert.match(failures[0]!.message, new RegExp(`^The output "value" has ${expected} number`));
    }),
    { numRuns: 60 },
  );
});

test("[K6] a checkpoint is removed when the result is refused: the next run begins anew", async () => {
  const loaded: (Value | undefined)[] = [];
  const cache = memoryCache();
  const run = (value: unknown) => {
    let now = 0;
    const clock = () => now;
    const long = defineNode({
      type: "test.long",
      version: 1,
      title: "Long",
      summary: "Goes on from its checkpoint.",
      outputs: { value: t.number(".") },
      async run(_, __, { checkpoint }) {
        loaded.push(await checkpoint.load());
        now += 1000;
        checkpoint.save(7);
        return { value } as { value: number };
      },
    });
    const nodes = { long: node("test.long"), show: node("output.show", {}, { value: "long.value" }) };
    return record(planOf(workflow(nodes), testEnvironment([long, show] as never)), { cache, clock });
  };
  for (const refused of [NaN, "text"]) assert.equal((await run(refused)).status, "failed");
  assert.equal((await run(3)).status, "finished");
  assert.deepEqual(loaded, [undefined, undefined, undefined]);
});
