import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { readPngRun } from "../../server/src/documents/carried-run.ts";
import { diskStore } from "../../server/src/values/disk-store.ts";
import { hierarchy, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer, submit, valuesOf } from "./server.fixture.ts";

test("a document is run, and its events, values and picture are there by REST and by socket", async (context) => {
  const server = await startServer(context);
  const run = await submit(server, hierarchy(), { set: { prompt: "blue cube", seed: 3 } });
  const events = await server.watch(run.id);
  assert.equal(events.at(-1)!.event, "run.finished");
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => i + 1),
    "the log counts from 1 without a gap",
  );
  assert.deepEqual((await server.json("GET", `/runs/${run.id}/events`)).events, events);
  assert.deepEqual((await server.json("GET", `/runs/${run.id}/events?after=3`)).events, events.slice(3));

  const steps = events.filter(({ event }) => event === "node.progress");
  const previews = events.filter((event) => event.event === "node.preview");
  const sampled = previews.filter(({ step }) => step > 0);
  assert.equal(sampled.length, steps.length, "every step has its preview in the log");
  const values = events.flatMap(valuesOf);
  assert.deepEqual(values.map(({ node }) => node).sort(), [
    "caption",
    "decode",
    "detail",
    "encode",
    "enlarge",
    "prior",
  ]);
  const prior = values.find(({ node }) => node === "prior")!.view;
  assert.ok(prior.kind === "embedding" && prior.bars.length <= 128 && Math.abs(prior.cosine!) <= 1);

  const detail = await server.json("GET", `/runs/${run.id}`);
  assert.deepEqual([detail.state, detail.seq, detail.outputs.length], ["finished", events.length, 1]);
  const [output] = detail.outputs;
  const png = Buffer.from(await (await server.ask("GET", `/artifacts/${output.picture}`)).arrayBuffer());
  assert.equal(createHash("sha256").update(png).digest("hex"), output.picture);
  assert.equal((await sharp(png).metadata()).width, output.width);
  const carried = readPngRun(png)!.workflow as ReturnType<typeof hierarchy>;
  assert.equal((carried.nodes.caption!.params as { text: string }).text, "blue cube");
  const small = await sharp(await (await server.ask("GET", `/artifacts/${output.thumbnail}`)).arrayBuffer()).metadata();
  assert.ok(small.format === "webp" && small.width <= 256);
});

test("a run whose values are all kept shows the same values and the same picture", async (context) => {
  const server = await startServer(context);
  const first = await submit(server, shortHierarchy());
  const fresh = await server.watch(first.id);
  const second = await submit(server, shortHierarchy());
  const kept = await server.watch(second.id);
  const shown = (events: typeof fresh) =>
    events
      .flatMap((event) => {
        if (event.event === "run.output") return [JSON.stringify(event.output)];
        return valuesOf(event).map(({ node, port, item, view }) => JSON.stringify([node, port, item, view]));
      })
      .sort();
  const end = kept.at(-1)!;
  assert.ok(end.event === "run.finished" && end.executed === 0);
  assert.deepEqual(shown(kept), shown(fresh));
});

test("what each value took to compute is kept with it, so that dear ones outlive cheap ones", async (context) => {
  const server = await startServer(context);
  await server.watch((await submit(server, shortHierarchy())).id);
  const costs = (await diskStore(join(server.data, "values")).list()).map(({ cost }) => cost);
  assert.equal(costs.length, 4);
  for (const cost of costs) assert.ok(cost > 0, `a value is kept as having taken ${cost} ms`);
});

test("a forecast says what a run would do now, and queues nothing", async (context) => {
  const server = await startServer(context);
  const document = shortHierarchy();
  /** What is known of each kind of work. */
  const known = new Map<string, { ms: number; warm: boolean } | undefined>();
  const forecast = async (more: object = {}) => {
    const { nodes, kinds, disk, ...rest } = await server.json("POST", "/forecast", { document, ...more });
    writes = disk?.bytes;
    for (const { state, kind, items } of nodes) {
      assert.deepEqual([typeof kind, items], state === "would run" ? ["string", 1] : ["undefined", undefined]);
      known.set(kind, kinds[kind]);
    }
    return { ...rest, ...Object.fromEntries(nodes.map(({ node, state }: Record<string, string>) => [node, state])) };
  };
  /** What the last forecast says that is written. */
  let writes: number | undefined;
  const all = (state: string) => ({ caption: state, encode: state, prior: state, decode: state });
  assert.deepEqual(await forecast(), all("would run"));
  assert.deepEqual([...known.values()], [undefined, undefined, undefined, undefined]);
  assert.equal(writes, undefined);
  const { id } = await server.json("POST", "/runs", { document });
  await server.watch(id);
  assert.deepEqual([await forecast(), writes], [{ ...all("cached"), ms: 0 }, 0]);
  const { ms, ...changed } = await forecast({ set: { seed: 9 } });
  assert.deepEqual(changed, { ...all("cached"), prior: "would run", decode: "would run" });
  assert.ok(ms > 0 && writes! > 0);
  known.clear();
  assert.deepEqual(Object.keys(await forecast({ fresh: true })).sort(), [...Object.keys(all("")), "ms"].sort());
  assert.equal(known.size, 4);
  assert.ok([...known.values()].every((kind) => kind!.warm && kind!.ms >= 0));
  await server.json("POST", "/forecast", { document: { ...document, nodes: {} } }, 422);
  assert.equal((await server.json("GET", "/runs")).items.length, 1);
});

test("a wrong workflow is refused with all its problems, and nothing is queued", async (context) => {
  const server = await startServer(context);
  const workflow = shortHierarchy();
  workflow.nodes.encode!.inputs = { text: "nowhere.text" };
  const body = await server.json("POST", "/runs", { document: workflow }, 422);
  assert.equal(body.title, "Unprocessable Entity");
  assert.ok(body.problems.some(({ node, remedy }: { node: string; remedy: string }) => node === "encode" && remedy));
  assert.deepEqual(await server.json("GET", "/runs"), { items: [] });
});

test("a template that comes with a file is one that this server can run", async (context) => {
  const server = await startServer(context, { env: { CLIPWORK_PACKS: "" } });
  const { templates } = await server.json("GET", "/templates");
  const { document } = templates.find(({ id }: { id: string }) => id === "reference-set");
  document.nodes = { set: document.nodes.set, save: { type: "output.map", version: 1, inputs: { map: "map.map" } } };
  document.nodes.map = { type: "probe.map", version: 1, inputs: { embeddings: "set.embeddings" } };
  const run = await server.json("POST", "/runs", { document: { ...document, exposed: {}, layout: {} } }, 201);
  assert.equal((await server.watch(run.id)).at(-1)!.event, "run.finished");
});

test("nodes, packs, templates with their pictures, version and health can be asked for", async (context) => {
  const server = await startServer(context);
  const { nodes } = await server.json("GET", "/nodes");
  assert.ok(nodes.some(({ type }: { type: string }) => type === "decoder.sample"));
  const { packs } = await server.json("GET", "/packs");
  const pack = packs.find(({ name }: { name: string }) => name === "random-pack");
  assert.ok(pack.vocabulary.includes("cube") && pack.facts.stages.decoder);
  const { templates } = await server.json("GET", "/templates");
  assert.ok(templates.some(({ id }: { id: string }) => id === "text-to-image"));
  for (const { id } of templates) {
    const picture = await fetch(`${server.url}/templates/${id}.webp`);
    assert.equal(picture.headers.get("content-type"), "image/webp", `packs/toybox/samples/templates has ${id}.webp`);
  }
  assert.match((await server.json("GET", "/version")).version, /^\d+\.\d+\.\d+$/);
  assert.match((await server.json("GET", "/health")).status, /^(ok|starting)$/);
});
