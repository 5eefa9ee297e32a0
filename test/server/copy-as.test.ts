// What the editor copies runs as it stands: in a real shell, by real npm, curl and Node, against a real server, to the same pixels.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { catalogueFromJson, type WorkflowJson } from "@clipwork/engine";
import { readPixels } from "../../server/src/outputs/pixels.ts";
import { asCommandLine, asCurl, asTypeScript } from "../../ui/src/document/copy-as.ts";
import { setParam } from "../../ui/src/document/edit.ts";
import { fixturePacks, folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer, submit, type TestServer } from "./server.fixture.ts";
import { complaints } from "./typescript.fixture.ts";

const main = join(import.meta.dirname, "..", "..", "server", "src", "cli", "start.mjs");
const caption = 'it\'s a "red" cube; $(exit 3) `exit 4` \\ !x\non a second line: $HOME *';

/** A folder in which `npm start` starts Clipwork, as its own does. */
function clipworkFolder(context: TestContext, workflow: object): string {
  const folder = folderFor(context);
  const start = `"${process.execPath}" "${main}"`;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "copied", private: true, scripts: { start } }));
  writeFileSync(join(folder, "shipped.json"), JSON.stringify(workflow));
  return folder;
}

async function shell(folder: string, text: string): Promise<string> {
  const child = spawn("sh", ["-c", text], {
    cwd: folder,
    env: { ...process.env, CLIPWORK_PACKS: fixturePacks, CLIPWORK_NODES: "", CLIPWORK_DATA: join(folder, "data") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const read = async (stream: typeof child.stdout) => Buffer.concat(await stream.toArray()).toString();
  const [out, err, [code]] = await Promise.all([read(child.stdout), read(child.stderr), once(child, "exit")]);
  assert.equal(code, 0, err + out);
  return out;
}

async function pictureOf(server: TestServer, run: string): Promise<Uint8Array> {
  await server.watch(run);
  const { outputs } = await server.json("GET", `/runs/${run}`);
  const reply = await server.ask("GET", `/artifacts/${outputs[0].picture}`);
  return (await readPixels(new Uint8Array(await reply.arrayBuffer()))).data;
}

test("the copied command line, curl and program make the picture that Run makes", async (context) => {
  const server = await startServer(context);
  const { nodes, kinds } = await server.json("GET", "/nodes");
  const catalogue = catalogueFromJson(nodes, kinds);
  const { called } = await server.json("GET", "/version");
  const shipped = shortHierarchy() as WorkflowJson;
  const workflow = setParam(shipped, { node: "caption", port: "text" }, caption);
  const at = { origin: server.url, token: false };
  const expected = await pictureOf(server, (await submit(server, workflow)).id);

  const whole = clipworkFolder(context, shipped);
  await shell(whole, asCommandLine(workflow, catalogue, { called, templates: [] }, at));
  const [made] = globSync(join(whole, "out", "*.png"));
  assert.deepEqual((await readPixels(made!)).data, expected);

  const byFile = asCommandLine(workflow, catalogue, { called, templates: [{ id: "shipped", document: shipped }] }, at);
  assert.match(byFile, /^npm start -- run workflows\/shipped\.json --set prompt=/);
  const named = clipworkFolder(context, shipped);
  await shell(named, byFile.replace("workflows/shipped.json", "shipped.json"));
  assert.deepEqual((await readPixels(globSync(join(named, "out", "*.png"))[0]!)).data, expected);

  const { id } = JSON.parse(await shell(whole, asCurl(workflow, at)));
  assert.deepEqual(await pictureOf(server, id), expected);

  writeFileSync(join(named, "copied.ts"), asTypeScript(workflow, catalogue, at));
  writeFileSync(join(named, "package.json"), '{ "type": "module" }');
  symlinkSync(join(import.meta.dirname, "..", "..", "node_modules"), join(named, "node_modules"), "junction");
  assert.deepEqual(complaints(named, "copied.ts"), []);
  const written = (await shell(named, `"${process.execPath}" copied.ts`)).trim();
  assert.deepEqual((await readPixels(readFileSync(join(named, written)))).data, expected);
});

test("the copied program writes a file for each item of a batch", async (context) => {
  const server = await startServer(context);
  const { nodes, kinds } = await server.json("GET", "/nodes");
  const workflow = {
    format: "clipwork/1",
    nodes: {
      range: { type: "list.range", version: 1, params: { from: 1, to: 3, count: 3 } },
      tell: { type: "output.any", version: 1, inputs: { value: "range.numbers" } },
    },
  } as WorkflowJson;
  const folder = clipworkFolder(context, workflow);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  symlinkSync(join(import.meta.dirname, "..", "..", "node_modules"), join(folder, "node_modules"), "junction");
  const at = { origin: server.url, token: false };
  writeFileSync(join(folder, "copied.ts"), asTypeScript(workflow, catalogueFromJson(nodes, kinds), at));
  const written = (await shell(folder, `"${process.execPath}" copied.ts`)).trim().split("\n");
  const values = new Set(written.filter((name) => !name.endsWith(".clipwork.json")));
  assert.deepEqual([...values], ["0-tell-0.json", "1-tell-1.json", "2-tell-2.json"]);
  assert.deepEqual(globSync("*-tell*", { cwd: folder }).toSorted(), written.toSorted());
});
