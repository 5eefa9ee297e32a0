import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { packNodes, type WorkflowJson } from "@clipwork/engine";
import { pictureKeyword } from "../../server/src/documents/carried-run.ts";
import { readText } from "../../server/src/files/png.ts";
import { clipwork, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

const flat = shortHierarchy() as unknown as WorkflowJson;
const names = { definition: "stages", instance: "stages", title: "Stages" };
/** Everything but the caption in a subgraph, the output too. */
const packed = packNodes(flat, new Set(Object.keys(flat.nodes).filter((id) => id !== "caption")), names);

test("a workflow in subgraphs has the values of the flat one, and inner names in all that it writes", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const first = await clipwork(["run", "workflow.json", "--json"], { cwd: folder });
  assert.equal(first.code, 0, first.stderr);
  writeFileSync(join(folder, "packed.json"), JSON.stringify(packed));
  const explained = await clipwork(["explain", "packed.json", "--json"], { cwd: folder });
  assert.match(explained.stdout, /"stages\/decode"/);
  const second = await clipwork(["run", "packed.json", "--json"], { cwd: folder });
  assert.equal(second.code, 0, second.stderr);
  assert.equal(second.events().filter(({ event }) => event === "node.started").length, 0, "everything is kept");
  const [output] = second.last().outputs;
  assert.equal(output!.pixels, first.last().outputs[0]!.pixels);
  assert.match(output!.node, /^stages\//);
  const carried = JSON.parse(readText(readFileSync(output!.file), pictureKeyword)!);
  assert.deepEqual(carried.workflow.definitions, packed.definitions);
  assert.ok(Object.hasOwn(carried.parameters, "stages/decode"));
  const replayed = await clipwork(["replay", output!.file, "--json"], { cwd: folder });
  assert.equal(replayed.last().outcome, "equal", replayed.stderr);
});

test("a parameter inside is set by its address, and the picture carries it", async (context) => {
  const nameless = { ...packed, definitions: { stages: withoutName(packed) } };
  const folder = folderWith(context, nameless as never);
  const seed = ["--set", "stages/decode.seed=3"];
  const made = await clipwork(["run", "workflow.json", "--json", ...seed], { cwd: folder });
  assert.equal(made.code, 0, made.stderr);
  const [output] = made.last().outputs;
  assert.equal(basename(output!.file), `${output!.node.replace("/", "-")}.png`, "an id is no path");
  const carried = JSON.parse(readText(readFileSync(output!.file), pictureKeyword)!);
  assert.equal(carried.parameters["stages/decode"].seed, 3);
  const differs = await clipwork(["diff", "workflow.json", output!.file, "--json"], { cwd: folder });
  assert.match(differs.stdout, /"stages\/decode".*"seed"/s);
  const unknown = await clipwork(["run", "workflow.json", "--set", "stages/gone.seed=3"], { cwd: folder });
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /exposes no "stages\/gone\.seed"/);
});

/** The subgraph whose output has no name for its files. */
function withoutName({ definitions }: WorkflowJson) {
  const { stages } = definitions!;
  const nodes = Object.entries(stages!.nodes).map(([id, node]) =>
    node.type === "output.image" ? [id, { ...node, params: {} }] : [id, node],
  );
  return { ...stages, nodes: Object.fromEntries(nodes) };
}
