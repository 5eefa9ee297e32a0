import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import fc from "fast-check";
import { painting, testCatalogue } from "../testing/catalogue.ts";
import { asCommandLine, asCurl, asTypeScript, type CommandLine, settingsOf, shellWord } from "./copy-as.ts";
import { setParam } from "./edit.ts";

const server = { origin: "http://127.0.0.1:4747", token: false };
const shipped = [{ id: "painting", document: painting }];
const caption = { node: "caption", port: "text" };
const project = { called: { command: "npm start --", workflows: "workflows" }, templates: shipped };
const line = (workflow: WorkflowJson, at = server, here: CommandLine = project) =>
  asCommandLine(workflow, testCatalogue, here, at);

/** What a shell makes of words. */
function words(text: string): string[] {
  const { stdout } = spawnSync("sh", ["-c", `printf '%s\\0' ${text}`], { encoding: "utf8" });
  return stdout.split("\0").slice(0, -1);
}

test("property: whatever a caption says, a shell reads it as one word and nothing else", () => {
  const nasty = fc.constantFrom(
    "'",
    '"',
    "$(rm x)",
    "`x`",
    "\\",
    "\n",
    "!",
    "$HOME",
    ";",
    "&",
    "|",
    "~",
    "*",
    " ",
    "=",
    "ש",
  );
  const text = fc
    .array(fc.oneof(nasty, fc.string()), { maxLength: 8 })
    .map((parts) => parts.join("").replaceAll("\0", ""));
  fc.assert(
    fc.property(text, (caption) => assert.deepEqual(words(shellWord(caption)), [caption.toWellFormed()])),
    { numRuns: 60 },
  );
});

test("a shipped workflow with other values of what it exposes is named by its file", () => {
  const other = setParam(setParam(painting, caption, 'it\'s a "cone"'), { node: "paint", port: "seed" }, 9);
  const moved = { ...other, layout: {}, meta: { title: "Mine" } };
  assert.equal(line(moved), `npm start -- run workflows/painting.json --set prompt='it'\\''s a "cone"' --set seed=9`);
});

test("where Clipwork is a package its command has another name, and no workflows beside it", () => {
  const text = line(painting, server, { called: { command: "npx clipwork" }, templates: shipped });
  const [command, document] = text.split("\n");
  assert.equal(command, `npx clipwork run - --set prompt='a red cube' --set seed=7 <<'CLIPWORK'`);
  assert.deepEqual(JSON.parse(document!), painting);
});

test("no name that a workflow exposes is lost in a program, not even the one that objects keep for their prototype", () => {
  const exposed = JSON.parse('{ "__proto__": "paint.seed", "constructor": "paint.size", "é": "caption.text" }');
  const program = asTypeScript({ ...painting, exposed }, testCatalogue, server);
  const [, document, set] = /const document = (.*?);\n.*\nconst set = (.*?);\n/s.exec(program)!;
  const made = (text: string) => Object.entries(Function(`return ${text}`)());
  assert.deepEqual(made(set!), [
    ["__proto__", 7],
    ["constructor", 8],
    ["é", "a red cube"],
  ]);
  assert.deepEqual(new Map(made(document!)).get("exposed"), exposed);
});

test("any other document goes along, in one line that nothing in it can end", () => {
  const other = setParam(painting, { node: "paint", port: "size" }, 16);
  const odd = setParam(other, caption, "a\nCLIPWORK\nrm");
  const [command, document, end, ...more] = line({ ...odd, exposed: { prompt: "caption.text" } })
    .split("\nCLIPWORK\nrm' ")
    .join("|")
    .split("\n");
  assert.equal(command, "npm start -- run - --set prompt='a|<<'CLIPWORK'");
  assert.deepEqual(JSON.parse(document!).nodes, odd.nodes);
  assert.deepEqual([end, more], ["CLIPWORK", []]);
});

test("a file that only the server has is fetched from it, with the token if it asks for one", () => {
  const hash = "ab".repeat(32);
  const load = { type: "image.load", version: 1, params: { file: `asset:${hash}` } };
  const text = line({ ...painting, nodes: { ...painting.nodes, load } }, { ...server, token: true });
  const [fetch, , document] = text.split("\n");
  assert.equal(
    fetch,
    `curl -fsS -H "Authorization: Bearer $CLIPWORK_TOKEN" -o abababababababab.png ${server.origin}/api/v1/artifacts/${hash}`,
  );
  assert.equal(JSON.parse(document!).nodes.load.params.file, "abababababababab.png");
});

test("values are given by name if the name says one value: not if its parameters differ, are linked, or lead nowhere", () => {
  const two = { ...painting, exposed: { both: ["paint.seed", "paint.size"], seed: "paint.seed", gone: "x.y" } };
  assert.deepEqual(settingsOf(two, testCatalogue), { seed: 7 });
  const equal = setParam(two, { node: "paint", port: "size" }, 7);
  assert.deepEqual(settingsOf(equal, testCatalogue), { both: 7, seed: 7 });
  const paint = { ...painting.nodes.paint, inputs: { text: "caption.text", seed: "seeds.seeds" } };
  const linked = { ...painting, nodes: { ...painting.nodes, paint } };
  assert.deepEqual(settingsOf(linked, testCatalogue), { prompt: "a red cube" });
  assert.deepEqual(settingsOf({ ...painting, exposed: { "a=b": "paint.seed" } }, testCatalogue), {});
});

test("curl sends the document as it is; the program says what the workflow exposes", () => {
  const [command, body, end] = asCurl(painting, server).split("\n");
  assert.match(command!, /^curl -fsS http:\/\/127\.0\.0\.1:4747\/api\/v1\/runs -H .*--data-binary @- <<'CLIPWORK'$/);
  assert.deepEqual(JSON.parse(body!), { document: painting });
  assert.equal(end, "CLIPWORK");
  const program = asTypeScript(painting, testCatalogue, { ...server, token: true });
  assert.match(program, /"prompt": "a red cube"/);
  assert.match(program, /process\.env\.CLIPWORK_TOKEN/);
});
