import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { ClipworkError, openClipwork, RunFailed } from "../index.ts";

/** A folder with a black picture of 40 by 20 pixels, and a workflow that draws a white rectangle as large as half of it; no model. */
async function drawingIn(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "clipwork-local-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "black.png");
  await sharp({ create: { width: 40, height: 20, channels: 3, background: "black" } }).toFile(file);
  const drawing = {
    format: "clipwork/1",
    nodes: {
      load: { type: "image.load", version: 1, params: { file } },
      draw: { type: "image.draw-mask", version: 1, inputs: { image: "load.image" } },
      save: { type: "output.any", version: 1, inputs: { value: "draw.mask" }, params: { name: "drawn" } },
    },
    exposed: { left: "draw.left" },
  };
  return { folder, data: join(folder, "data"), drawing };
}

async function all<T>(events: AsyncIterable<T>): Promise<readonly T[]> {
  const heard: T[] = [];
  for await (const event of events) heard.push(event);
  return heard;
}

test("a workflow runs with values: its events come in order, then its pictures", async (context) => {
  const { data, drawing } = await drawingIn(context);
  await using clipwork = await openClipwork({ data });
  const run = clipwork.run(drawing, { set: { left: 0.5 } });
  const events = await all(run.events);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
  );
  assert.equal(events.at(-1)!.event, "run.finished");
  const { outputs, pictures, executed, cached } = await run.result;
  assert.deepEqual([executed, cached], [2, 0]);
  assert.deepEqual(
    outputs.map(({ node, item, files }) => [node, item, files[0]!.name]),
    [["save", 0, "drawn.png"]],
  );
  const png = await pictures[0]!.bytes();
  assert.equal(png.byteLength, pictures[0]!.size);
  const { data: pixels, info } = await sharp(png).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  const middle = info.width * (info.height / 2);
  assert.deepEqual(
    [info.width, info.height, pixels[middle + 15], pixels[middle + 25]],
    [40, 20, 0, 255],
    "left of it, in it",
  );
});

test("runs wait for one another, and kept values are taken unless everything is to be fresh", async (context) => {
  const { data, drawing } = await drawingIn(context);
  await using clipwork = await openClipwork({ data });
  const results = await Promise.all([
    clipwork.run(drawing).result,
    clipwork.run(drawing).result,
    clipwork.run(drawing, { fresh: true }).result,
  ]);
  assert.deepEqual(
    results.map(({ executed }) => executed),
    [2, 0, 2],
  );
});

test("a workflow is read from its file, and files that it names are looked for beside it", async (context) => {
  const { folder, data, drawing } = await drawingIn(context);
  const load = { ...drawing.nodes.load, params: { file: "black.png" } };
  const file = join(folder, "drawing.json");
  await writeFile(file, JSON.stringify({ ...drawing, nodes: { ...drawing.nodes, load } }));
  await using clipwork = await openClipwork({ data });
  const { pictures } = await clipwork.run(file).result;
  await writeFile(join(folder, "drawn.png"), await pictures[0]!.bytes());
  // A picture that carries its workflow runs it again.
  assert.equal((await clipwork.run(join(folder, "drawn.png")).result).executed, 0);
});

test("what is wrong with a workflow, its values or its file rejects with every problem, and the next run is not disturbed", async (context) => {
  const { data, drawing } = await drawingIn(context);
  await using clipwork = await openClipwork({ data });
  const problemsOf = async (...asked: Parameters<typeof clipwork.run>) => {
    const error: unknown = await clipwork.run(...asked).result.then(
      () => assert.fail("it ran"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ClipworkError, String(error));
    return error.problems.map(({ code }) => code);
  };
  assert.deepEqual(await problemsOf({ format: "clipwork/1", nodes: {} }), ["nothing-to-run"]);
  assert.deepEqual(await problemsOf(drawing, { set: { lift: 0.5 } }), ["unknown-setting"]);
  assert.deepEqual(await problemsOf("no-such-file.json"), ["file-missing"]);
  assert.equal((await clipwork.run(drawing).result).pictures.length, 1);
});

test("a run that fails rejects with what failed and keeps the outputs that were finished", async (context) => {
  const { data, drawing } = await drawingIn(context);
  await using clipwork = await openClipwork({ data });
  const { draw, save } = drawing.nodes;
  const failing = {
    ...drawing,
    nodes: {
      ...drawing.nodes,
      broken: { ...draw, params: { left: 0.9, right: 0.1 } },
      tell: { ...save, inputs: { value: "broken.mask" } },
    },
  };
  const run = clipwork.run(failing);
  await assert.rejects(run.result, (error) => {
    assert.ok(error instanceof RunFailed, String(error));
    assert.equal(error.state, "failed");
    assert.deepEqual(
      error.problems.map(({ node }) => node),
      ["broken"],
    );
    assert.deepEqual(
      error.outputs.map(({ node }) => node),
      ["save"],
    );
    return true;
  });
  assert.equal((await all(run.events)).at(-1)!.event, "run.failed");
});

test("a cancelled run rejects; so do all that wait when Clipwork is closed, and its process is gone", async (context) => {
  const { data, drawing } = await drawingIn(context);
  const clipwork = await openClipwork({ data });
  const one = clipwork.run(drawing);
  one.cancel();
  const aborted = AbortSignal.abort();
  const isCancelled = (error: unknown) => error instanceof RunFailed && error.state === "cancelled";
  await assert.rejects(one.result, isCancelled);
  await assert.rejects(clipwork.run(drawing, { signal: aborted }).result, isCancelled);
  const waiting = [clipwork.run(drawing), clipwork.run(drawing)];
  const ended = waiting.map(({ result }) => assert.rejects(result, isCancelled));
  await clipwork.close();
  await Promise.all(ended);
  await assert.rejects(clipwork.run(drawing).result, isCancelled);
});

test("a data folder or a provider that cannot be used is said when Clipwork is opened", async (context) => {
  const { folder } = await drawingIn(context);
  await assert.rejects(
    openClipwork({ data: join(folder, "black.png") }),
    (error) => error instanceof ClipworkError && error.problems[0]!.code === "bad-folder",
  );
  await writeFile(join(folder, "config.json"), '{ "providr": "cpu" }');
  await assert.rejects(openClipwork({ data: folder }), ClipworkError);
});
