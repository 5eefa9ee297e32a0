// Agents' calls as the SDK's own client makes them, to the real command.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { fixturePacks, folderFor, main, shortHierarchy } from "../../../test/cli/clipwork.fixture.ts";
import { measured } from "../../../test/cli/measured.fixture.ts";
import { startServer } from "../../../test/server/server.fixture.ts";

type Options = Parameters<Client["callTool"]>[2];

/** An agent with the command as its server. */
async function agent(context: TestContext, args: readonly string[], more: Record<string, string> = {}) {
  const env = { ...(process.env as Record<string, string>), CLIPWORK_PACKS: fixturePacks, CLIPWORK_NODES: "", ...more };
  const transport = new StdioClientTransport({ command: process.execPath, args: [main, "mcp", ...args], env });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  context.after(() => client.close());
  const call = async (name: string, given: Record<string, unknown> = {}, options?: Options) =>
    (await client.callTool({ name, arguments: given }, undefined, options)) as CallToolResult;
  /** The first text of an answer, which must be no error unless one is expected. */
  const text = async (name: string, given: Record<string, unknown> = {}, isError = false) => {
    const { content, isError: is = false } = await call(name, given);
    const [first] = content;
    assert.ok(first?.type === "text", JSON.stringify(content));
    assert.equal(is, isError, first.text);
    return first.text;
  };
  const json = async (...asked: Parameters<typeof text>) => JSON.parse(await text(...asked));
  return { client, transport, call, text, json };
}

const document = shortHierarchy() as unknown as Record<string, unknown>;

test("an agent finds its way: node types, templates, and what is wrong with a workflow", async (context) => {
  const { client, text, json } = await agent(context, ["--data", folderFor(context)]);
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(({ name }) => name).toSorted(), [
    ...["cancel_run", "describe_node", "explain_workflow", "get_run", "list_nodes", "list_runs", "list_templates"],
    ...["list_workflows", "read_output", "read_workflow", "run_workflow", "validate_workflow"],
  ]);
  for (const { name, description, inputSchema } of tools)
    assert.ok(description && inputSchema.type === "object", `${name} says what it takes`);

  assert.match(await text("list_nodes", { search: "prior" }), /^prior\.diffusion \(/m);
  const sampler = await json("describe_node", { type: "decoder.sample" });
  assert.deepEqual([sampler.type, "seed" in sampler.params], ["decoder.sample", true]);
  assert.match((await json("describe_node", { type: "no.such" }, true)).remedy, /list_nodes/);

  const templates = await json("list_templates");
  const quick = templates.find(({ id }: { id: string }) => id === "text-to-image-256");
  assert.ok(quick.values.includes("prompt"), JSON.stringify(quick));
  assert.equal((await json("read_workflow", { template: quick.id })).format, "clipwork/1");
  assert.match((await json("read_workflow", { template: "none" }, true)).remedy, /text-to-image-256/);
  assert.match((await json("read_workflow", {}, true)).error, /not clear/);

  assert.match(await text("validate_workflow", { document }), /can be run/);
  const broken = structuredClone(document) as { nodes: { decode: { inputs: object } } };
  broken.nodes.decode.inputs = { image: "nobody.embedding" };
  const refused = await json("validate_workflow", { document: broken }, true);
  assert.ok(refused.problems.some((one: { node?: string; message: string }) => /nobody/.test(one.message)));
});

test("an agent runs a workflow with values, hears of its progress, and gets its picture", async (context) => {
  const { call, json } = await agent(context, ["--data", folderFor(context)]);
  const states = async () => (await json("explain_workflow", { document })).nodes;
  assert.ok((await states()).every(({ state }: { state: string }) => state === "would run"));

  const heard: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
  const { content } = await call(
    "run_workflow",
    { document, values: { prompt: "a blue cube", seed: 3 } },
    { onprogress: (progress) => heard.push(progress) },
  );
  const [about, picture] = content;
  assert.ok(about?.type === "text" && picture?.type === "image", JSON.stringify(content).slice(0, 500));
  const run = JSON.parse(about.text);
  assert.deepEqual([run.state, run.caption, run.seed], ["finished", "a blue cube", 3]);
  assert.equal(picture.mimeType, "image/png");
  assert.equal(Buffer.from(picture.data, "base64").subarray(1, 4).toString(), "PNG");
  assert.ok(
    heard.some(({ message }) => message === "decode is finished."),
    JSON.stringify(heard),
  );
  for (const [i, { progress, total }] of heard.entries()) {
    assert.ok(progress > (heard[i - 1]?.progress ?? 0), "progress grows");
    assert.ok(total === undefined || progress <= total);
  }

  assert.deepEqual(
    (await json("list_runs", { state: "finished" })).map((one: { run: string }) => one.run),
    [run.run],
  );
  const read = await call("read_output", { run: run.run, node: "save" });
  assert.deepEqual(read.content, [picture]);
  assert.match((await json("read_output", { run: run.run, node: "other" }, true)).remedy, /save 0/);
  assert.ok(
    (await states()).some(({ state }: { state: string }) => state === "would run"),
    "other values",
  );

  const later = await json("run_workflow", { document, values: { prompt: "a blue cube", seed: 3 }, wait: false });
  assert.equal(later.state, "queued");
  assert.match((await json("get_run", { run: later.run })).state, /queued|running|finished/);
});

test("an agent reads a table as CSV, part by part", async (context) => {
  const { call, json, text } = await agent(context, ["--data", folderFor(context)]);
  const { run } = await json("run_workflow", { document: measured() });
  const read = (part: object = {}) => text("read_output", { run, node: "save-table", ...part });
  const [, names = "", first = ""] = (await read()).split(/\r?\n/);
  const count = Number(/^Rows 0 to (\d+) of \1:/.exec(await read())?.[1]);
  assert.ok(count > 1 && names.split(",").length > 1, await read());
  assert.equal(await read({ rows: 1 }), `Rows 0 to 1 of ${count}:\n${names}\r\n${first}\r\n`);
  assert.equal(await read({ from: count }), `Rows ${count} to ${count} of ${count}:\n${names}\r\n`);
  const plot = await call("read_output", { run, node: "save-plot" });
  assert.equal(plot.content[0]?.type, "image");
  assert.equal(await text("read_output", { run, node: "save-caption" }), "red cube");
});

test("cancelling a call cancels its run", async (context) => {
  const { call, json } = await agent(context, ["--data", folderFor(context)]);
  const abort = new AbortController();
  const values = { decoderSteps: 999 };
  const under = call(
    "run_workflow",
    { document, values },
    {
      signal: abort.signal,
      onprogress: ({ message }) => message === "decode has begun." && abort.abort("enough"),
    },
  );
  await assert.rejects(under);
  let runs: { state: string }[] = [];
  do runs = await json("list_runs");
  while (["queued", "running"].includes(runs[0]!.state));
  assert.equal(runs[0]!.state, "cancelled");
});

test("through a running server an agent may do what its token says, and no more", async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const made = (scope: string) => {
    const args = [main, "token", "create", scope, "--scope", scope, "--data", server.data, "--json"];
    const { token } = JSON.parse(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout);
    return `${server.url}/?token=${token}`;
  };
  const viewer = await agent(context, [], { CLIPWORK_SERVER: made("view") });
  assert.match(await viewer.text("list_nodes", { search: "prior" }), /prior\.diffusion/);
  assert.match((await viewer.json("run_workflow", { document }, true)).error, /needs the scope run/);
  const runner = await agent(context, ["--server", made("run")]);
  const { run, state } = await runner.json("run_workflow", { document });
  assert.equal(state, "finished");
  assert.equal((await viewer.json("get_run", { run })).outputs.length, 1);
});

test("what is given is bounded, and what is no id is no part of an address", async (context) => {
  const { call } = await agent(context, ["--data", folderFor(context)]);
  for (const [name, given] of [
    ["get_run", { run: "../../queue" }],
    ["read_workflow", { workflow: "../runs" }],
    ["read_output", { run: crypto.randomUUID(), node: "n".repeat(1000) }],
    ["list_runs", { limit: 1e9 }],
    ["run_workflow", { document: { nodes: Array(200_000).fill(0) } }],
  ] as const) {
    const { isError, content } = await call(name, given).catch((error) => ({ isError: true, content: [error] }));
    assert.equal(isError, true, `${name} ${JSON.stringify(content).slice(0, 300)}`);
  }
});

test("a command without a server to speak to, or with one that refuses it, says so before an agent believes in it", async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const closed = await startServer(context);
  await closed.kill("SIGKILL");
  for (const [args, says] of [
    [["--server", `${server.url}/?token=${"0".repeat(64)}`], /token is missing or wrong/],
    [["--server", closed.url], /No server answers/],
    [["--server", "nowhere"], /no address of a server/],
    [["--data", server.data], /Another server is using.*\n.*--server/],
  ] as const) {
    const ended = spawnSync(process.execPath, [main, "mcp", ...args], { encoding: "utf8", input: "" });
    assert.deepEqual([ended.status, ended.stdout], [2, ""], ended.stderr);
    assert.match(ended.stderr, says);
  }
});

test("the command ends with its agent, and leaves no process behind", async (context) => {
  const { client, transport } = await agent(context, ["--data", folderFor(context)]);
  const pid = transport.pid!;
  await client.close();
  assert.throws(() => process.kill(pid, 0), /ESRCH/);
});

test("an agent that goes away in the middle of a call cancels its run, of which nobody would hear", async (context) => {
  const args = ["--data", folderFor(context)];
  const { client, call } = await agent(context, args);
  const begun = Promise.withResolvers<void>();
  const onprogress = ({ message = "" }) => message === "decode has begun." && begun.resolve();
  const under = assert.rejects(call("run_workflow", { document, values: { decoderSteps: 999 } }, { onprogress }));
  await begun.promise;
  await client.close();
  await under;
  const next = await agent(context, args);
  assert.deepEqual(
    (await next.json("list_runs")).map(({ state }: { state: string }) => state),
    ["cancelled"],
  );
});
