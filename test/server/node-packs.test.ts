import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixturePacks, folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { nodePackIn, oneNode } from "./node-pack.fixture.ts";
import { startServer } from "./server.fixture.ts";

test("a server runs the nodes of a pack that its configuration names, and starts although another is refused", async (context) => {
  const data = folderFor(context);
  const broken = join(data, "broken");
  mkdirSync(broken);
  writeFileSync(join(broken, "package.json"), `{ "name": "broken", "version": "1.0.0" }`);
  const nodePacks = ["./broken", join(fixturePacks, "node-pack-example")];
  writeFileSync(join(data, "config.json"), JSON.stringify({ nodePacks }));
  const server = await startServer(context, { data, env: { CLIPWORK_NODES: "" } });

  const { nodes } = await server.json("GET", "/nodes");
  const print = nodes.find(({ type }: { type: string }) => type === "duotone.print");
  assert.match(print.origin, /^clipwork-nodes-duotone@1\.0\.0 sha256:/);

  const document = shortHierarchy();
  document.nodes.print = { type: "duotone.print", version: 1, inputs: { image: "decode.image" } };
  document.nodes.save!.inputs = { image: "print.image" };
  const executed = async () => {
    const { id } = await server.json("POST", "/runs", { document });
    const last = (await server.watch(id)).at(-1)!;
    assert.ok(last.event === "run.finished", JSON.stringify(last));
    return last.executed;
  };
  assert.equal(await executed(), 5);
  assert.equal(await executed(), 0, "host and worker agree on its fingerprints");
});

/** A node that speaks to the host past its worker, as if it were the worker, before it gives a number. */
const rude = `import { nodeDefiner, t } from "@clipwork/engine";
const said = [
  { type: "events", events: [{ event: "run.finished", executed: 7, cached: 0, outputs: [], ms: 1, seq: 1, run: "r", time: 1 }] },
  { type: "ended", provenance: { numerics: "none", nodePacks: [], stages: {}, versions: {} } },
  { type: "refused", problems: [] },
  { type: "fault", message: "out of luck" },
];
export const nodes = [nodeDefiner()({
  type: "rude.number",
  version: 1,
  title: "Number",
  summary: "Gives a number.",
  outputs: { value: t.number("The number.") },
  run: async () => {
    for (const message of said) for (const run of [undefined, "", "r"]) process.send({ ...message, run });
    for (const message of [null, "ended", 1, []]) process.send(message);
    await new Promise((resolve) => setImmediate(resolve));
    return { value: 3 };
  },
})];`;

test("what a node pack sends to the host is not taken for the worker's word, in its run or in a later one", async (context) => {
  const data = folderFor(context);
  const pack = join(data, "rude");
  mkdirSync(pack);
  writeFileSync(join(pack, "package.json"), `{ "name": "rude", "version": "1.0.0", "type": "module" }`);
  writeFileSync(join(pack, "index.js"), rude);
  writeFileSync(join(data, "config.json"), JSON.stringify({ nodePacks: ["./rude"] }));
  const server = await startServer(context, { data, env: { CLIPWORK_NODES: "" } });
  const run = async (document: object, targets?: readonly string[]) => {
    const { id } = await server.json("POST", "/runs", { document, ...(targets && { targets }) });
    const events = await server.watch(id);
    return events.filter(({ event }) => event.startsWith("run."));
  };
  const rudely = { format: "clipwork/1", nodes: { number: { type: "rude.number", version: 1 } } };
  const ends = await run(rudely, ["number"]);
  assert.deepEqual(
    ends.map(({ event }) => event),
    ["run.queued", "run.started", "run.output", "run.finished"],
  );
  const end = ends.at(-1)!;
  assert.ok(end.event === "run.finished" && end.executed === 1);
  const next = (await run(shortHierarchy())).at(-1)!;
  assert.ok(next.event === "run.finished", JSON.stringify(next));
  assert.deepEqual([next.executed, next.outputs.map(({ node }) => node)], [4, ["save"]]);
});

test("a node of a pack that never yields is ended by its time limit, with its name and its pack; the next run goes on in a new process", async (context) => {
  const data = folderFor(context);
  const nodePacks = [
    nodePackIn(data, "stuck", "timeLimit: 1, run: async () => { await null; for (;;); }"),
    nodePackIn(data, "sound", 'timeLimit: 1, run: () => ({ text: "here" })'),
  ];
  writeFileSync(join(data, "config.json"), JSON.stringify({ nodePacks }));
  const server = await startServer(context, { data, env: { CLIPWORK_NODES: "" } });
  const submit = (pack: string) => server.json("POST", "/runs", { document: oneNode(pack), targets: ["node"] });
  const runs = [await submit("stuck"), await submit("sound")];
  const [stuck, sound] = await Promise.all(runs.map(({ id }) => server.watch(id)));
  const failed = stuck!.find(({ event }) => event === "node.failed");
  assert.ok(failed?.event === "node.failed", JSON.stringify(stuck));
  assert.equal(
    failed.message,
    "The node node (stuck.node of the node pack stuck@1.0.0) did not yield within its limit of 1 s, and its process was ended.",
  );
  assert.equal(stuck!.at(-1)!.event, "run.failed");
  assert.equal(stuck!.filter(({ event }) => event === "run.started").length, 1, "it is not tried again");
  assert.equal(sound!.at(-1)!.event, "run.finished");
});
