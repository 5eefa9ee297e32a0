import assert from "node:assert/strict";
import { test } from "node:test";
import { ClipworkError, eventStream, type Output, type OutputFile, type RunOptions, type Runs } from "./runs.ts";
import { runTyped } from "./typed.ts";

const file = (name: string, media: string, text: string): OutputFile => ({
  ...{ name, media, size: text.length },
  bytes: async () => new TextEncoder().encode(text),
});
const output = (node: string, kind: string, ...files: OutputFile[]): Output => ({
  ...{ node, item: 0, kind, files },
  ...(files[0]?.media === "image/png" && { picture: files[0] }),
});

/** Runs that give those outputs, and what they were asked for. */
function giving(outputs: readonly Output[], failure?: Error): { readonly runs: Runs; readonly asked: RunOptions[] } {
  const asked: RunOptions[] = [];
  const result = { outputs, pictures: [], executed: 1, cached: 0, ms: 1, warnings: [] };
  const run = (_: unknown, options: RunOptions = {}) => {
    asked.push(options);
    const { events, close } = eventStream();
    close();
    return { events, cancel: () => {}, result: failure ? Promise.reject(failure) : Promise.resolve(result) };
  };
  return { runs: { run }, asked };
}

test("outputs are read by the ids of their nodes, as what they are; the record of the run is not taken for a value", async () => {
  const record = file("x.clipwork.json", "application/json", "{}");
  const { runs, asked } = giving([
    output("save", "image", file("a.png", "image/png", "1"), record),
    output("save", "image", file("b.png", "image/png", "2")),
    output(
      "count",
      "table",
      file("x.csv", "text/csv", "a\n1"),
      record,
      file("x.json", "application/json", '[{"a":1}]'),
    ),
    output("say", "text", file("x.txt", "text/plain; charset=utf-8", "é"), record),
    output("data", "json", record, file("x.json", "application/json", '{"b":[2]}')),
    output("plain", "film", file("x.mov", "video/mp4", "")),
  ]);
  const readings = {
    save: "picture",
    count: "table",
    say: "text",
    data: "json",
    plain: "files",
    none: "text",
  } as const;
  const { named, executed } = await runTyped(runs, {}, { a: 1, b: undefined as never }, readings, { fresh: true })
    .result;
  assert.deepEqual(asked, [{ set: { a: 1 }, fresh: true }], "what is undefined is left out");
  assert.equal(executed, 1);
  assert.deepEqual(
    named.save.map(({ picture }) => picture.name),
    ["a.png", "b.png"],
  );
  assert.deepEqual(await named.count[0]!.rows(), [{ a: 1 }]);
  assert.equal(await named.say[0]!.text(), "é");
  assert.deepEqual(await named.data[0]!.value(), { b: [2] });
  assert.equal(named.plain[0]!.kind, "film");
  assert.deepEqual(named.none, []);
});

test("an output that is something else than was said rejects by name; so does a run that fails, and nobody has to await it", async () => {
  const { runs } = giving([output("save", "text", file("x.txt", "text/plain", ""))]);
  for (const reading of ["picture", "table"] as const)
    await assert.rejects(runTyped(runs, {}, {}, { save: reading }).result, (error) => {
      return error instanceof ClipworkError && error.problems[0]!.node === "save" && /"text"/.test(error.message);
    });
  const failing = runTyped(giving([], new Error("no")).runs, {}, {}, {});
  for await (const _ of failing.events) assert.fail();
  await assert.rejects(failing.result, /no/);
});
