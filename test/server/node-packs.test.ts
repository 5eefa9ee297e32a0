import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixturePacks, folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
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
