import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { startServer } from "./server.fixture.ts";

const example = join(import.meta.dirname, "..", "fixtures", "node-pack-example");

test("a server lists its node packs: what each brings, or why it is not used", async (context) => {
  const data = join(folderFor(context), "data");
  mkdirSync(data);
  const gone = join(data, "gone");
  writeFileSync(join(data, "config.json"), JSON.stringify({ nodePacks: [gone, example] }));
  const server = await startServer(context, { data });
  const { packs } = await server.json("GET", "/node-packs");
  assert.deepEqual(packs, [
    {
      ...{ name: "gone", folder: gone, types: [] },
      unusable: {
        message: `The node pack ${gone} is not used: there is no such folder.`,
        remedy: "Correct it as docs/node-packs.md says, or take it out of config.json.",
      },
    },
    {
      ...{ name: "clipwork-nodes-duotone", folder: example, version: "1.0.0", licence: "Apache-2.0" },
      description: "A Clipwork node that prints a picture in two inks.",
      types: ["duotone.print"],
    },
  ]);
  const { nodes } = await server.json("GET", "/nodes");
  const known = nodes.map(({ type }: { type: string }) => type);
  assert.ok(packs[1]!.types.every((type: string) => known.includes(type)));
});
