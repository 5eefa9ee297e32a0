import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pictureKeyword } from "../../server/src/documents/carried-run.ts";
import { readText } from "../../server/src/files/png.ts";
import { clipwork, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

test("groups, notes and looks run nothing anew, and a picture carries them as they are", async (context) => {
  const plain = shortHierarchy();
  const folder = folderWith(context, plain);
  const first = await clipwork(["run", "workflow.json", "--json"], { cwd: folder });
  assert.equal(first.code, 0, first.stderr);
  const looks = {
    layout: { prior: { x: 5, y: 6, title: "My prior", colour: "teal", width: 320, collapsed: true } },
    groups: { stage: { title: "Words", members: ["caption", "encode"], colour: "blue", collapsed: true } },
    notes: { why: { text: "# Why\n<b>", x: 1, y: 2, width: 240, height: 120, colour: "yellow" } },
  };
  writeFileSync(join(folder, "looked.json"), JSON.stringify({ ...plain, ...looks }));
  const second = await clipwork(["run", "looked.json", "--json"], { cwd: folder });
  assert.equal(second.code, 0, second.stderr);
  assert.equal(second.events().filter(({ event }) => event === "node.started").length, 0);
  const { file } = second.last().outputs[0]!;
  const carried = JSON.parse(readText(readFileSync(file), pictureKeyword)!).workflow;
  for (const field of ["layout", "groups", "notes"] as const) assert.deepEqual(carried[field], looks[field]);
  const differs = await clipwork(["diff", "workflow.json", "looked.json", "--json"], { cwd: folder });
  assert.equal(differs.code, 0, differs.stdout + differs.stderr);
});
