import assert from "node:assert/strict";
import { after, test } from "node:test";
import { joinRows, takeRows } from "./rows.ts";
import type { ModelRunner } from "./runner.ts";
import type { Tensors } from "./tensor.ts";

export type RunnerUnderTest = {
  readonly runner: ModelRunner;
  readonly pack: string;
  readonly stage: string;
  /** One row of valid feeds; different for each seed. */
  readonly row: (seed: number) => Tensors;
};

const plain = (tensors: Tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, [...shape, ...data]]));

/**
 * What every ModelRunner guarantees. `open` makes one, which all checks share in turn; the last of them closes it. Exact:
 * rows in company must equal rows alone bit for bit, as they do for float32 on the CPU.
 */
export function runnerContract(name: string, open: () => Promise<RunnerUnderTest>): void {
  let opened: Promise<RunnerUnderTest> | undefined;
  const check = (title: string, body: (subject: RunnerUnderTest) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      opened ??= open();
      await body(await opened);
    });
  after(async () => (await opened)?.runner.close());

  check("a row alone equals the same row in company, and rows differ", async ({ runner, pack, stage, row }) => {
    const rows = [row(1), row(2), row(3)];
    const together = await runner.run({ pack, stage, feeds: joinRows(rows) });
    const alone: Tensors[] = [];
    for (const feeds of rows) alone.push(await runner.run({ pack, stage, feeds }));
    assert.ok(Object.keys(together).length > 0);
    for (const [index, outputs] of alone.entries())
      assert.deepEqual(plain(outputs), plain(takeRows(together, index, index + 1)));
    assert.notDeepEqual(plain(alone[0]!), plain(alone[1]!));
  });

  check(
    "outputs are float32, fill their shapes and have the rows of the feeds",
    async ({ runner, pack, stage, row }) => {
      const outputs = await runner.run({ pack, stage, feeds: joinRows([row(1), row(2)]) });
      for (const { shape, data } of Object.values(outputs)) {
        assert.ok(data instanceof Float32Array);
        assert.equal(shape[0], 2);
        assert.equal(
          data.length,
          shape.reduce((product, size) => product * size, 1),
        );
      }
    },
  );

  check("feeds are neither changed nor taken away", async ({ runner, pack, stage, row }) => {
    const feeds = row(4);
    const before = plain(row(4));
    await runner.run({ pack, stage, feeds });
    assert.deepEqual(plain(feeds), before);
  });

  check("calls at once each get their own answer", async ({ runner, pack, stage, row }) => {
    const seeds = [5, 6, 7, 8];
    const answers = await Promise.all(seeds.map((seed) => runner.run({ pack, stage, feeds: row(seed) })));
    for (const [index, seed] of seeds.entries())
      assert.deepEqual(plain(answers[index]!), plain(await runner.run({ pack, stage, feeds: row(seed) })));
  });

  check("an unknown stage rejects with its name and a remedy, and the next call works", async (subject) => {
    const { runner, pack, stage, row } = subject;
    const refused = (error: Error) => {
      assert.match(error.message, /no-such-stage/);
      assert.ok((error as { remedy?: string }).remedy);
      return true;
    };
    await assert.rejects(runner.run({ pack, stage: "no-such-stage", feeds: row(1) }), refused);
    await assert.rejects(runner.inputs(pack, "no-such-stage"), refused);
    assert.ok(await runner.run({ pack, stage, feeds: row(1) }));
  });

  check("feeds whose rows differ reject", async ({ runner, pack, stage, row }) => {
    const [first, ...others] = Object.entries(joinRows([row(1), row(2)]));
    const feeds = { ...Object.fromEntries(others), [first![0]]: row(1)[first![0]]!, extra: first![1] };
    await assert.rejects(runner.run({ pack, stage, feeds }), /rows/);
  });

  check("of all that a call offers, the graph takes what it declares", async ({ runner, pack, stage, row }) => {
    const feeds = row(1);
    const declared = await runner.inputs(pack, stage);
    assert.deepEqual([...declared].sort(), Object.keys(feeds).sort());
    const more = { ...feeds, no_such_input: { shape: [1, 2], data: Float32Array.of(1, 2) } };
    assert.deepEqual(
      plain(await runner.run({ pack, stage, feeds: more })),
      plain(await runner.run({ pack, stage, feeds })),
    );
  });

  check("an input that nobody offers rejects with the stage, the input and what is offered", async (subject) => {
    const { runner, pack, stage, row } = subject;
    const [missing, ...others] = Object.entries(row(1));
    await assert.rejects(runner.run({ pack, stage, feeds: Object.fromEntries(others) }), (error: Error) => {
      for (const name of [stage, pack, missing![0], ...others.map(([name]) => name)])
        assert.ok(error.message.includes(`"${name}"`), `${name}: ${error.message}`);
      assert.ok((error as { remedy?: string }).remedy);
      return true;
    });
  });

  check("a call aborted before it ran rejects with the reason, and its companions do not", async (subject) => {
    const { runner, pack, stage, row } = subject;
    const early = AbortSignal.abort(new Error("early"));
    await assert.rejects(runner.run({ pack, stage, feeds: row(1), signal: early }), /early/);
    const controller = new AbortController();
    const first = runner.run({ pack, stage, feeds: row(1) });
    const waiting = runner.run({ pack, stage, feeds: row(2), signal: controller.signal });
    const third = runner.run({ pack, stage, feeds: row(3) });
    controller.abort(new Error("while waiting"));
    await assert.rejects(waiting, /while waiting/);
    assert.deepEqual(plain(await third), plain(await runner.run({ pack, stage, feeds: row(3) })));
    assert.ok(await first);
  });

  check("close waits for what runs, may be called twice, and calls after it reject", async (subject) => {
    const { runner, pack, stage, row } = subject;
    const outputs = await runner.run({ pack, stage, feeds: row(1) });
    await Promise.all([runner.close(), runner.close()]);
    await assert.rejects(runner.run({ pack, stage, feeds: row(1) }), /closed/);
    assert.ok(Object.values(outputs).every(({ data }) => data.length > 0));
  });
}
