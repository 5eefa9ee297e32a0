import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { routes, startServer, submit } from "./server.fixture.ts";

const guide = readFileSync(join(import.meta.dirname, "..", "..", "docs", "api.md"), "utf8");
const address = "http://127.0.0.1:4747";
const blocks = (language: string) =>
  [...guide.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, name]) => name === language).map(([, , text]) => text!);

test("the guide's programs do what it says", async (context) => {
  const server = await startServer(context);
  const [running, listening, ...more] = blocks("js");
  assert.equal(more.length, 0);
  const run = async (text: string) => {
    // Beside this file, where the packages that it imports are found.
    const file = join(import.meta.dirname, `guide-${process.pid}.mjs`);
    context.after(() => rmSync(file, { force: true }));
    writeFileSync(file, text.replaceAll(address, server.url));
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (said += part));
    const [code] = await once(child, "close");
    assert.equal(code, 0, said);
    return said;
  };
  assert.match(await run(running!), /enlarge is done\nfinished: a PNG of \d{4,} bytes\n$/);
  await submit(server, shortHierarchy());
  assert.match(await run(listening!), /\d+ of \d+ events so far/);
});

test("the guide's addresses are routes that there are", () => {
  const asked = blocks("sh").flatMap((text) => text.replaceAll("\\\n", " ").trimEnd().split("\n"));
  assert.ok(asked.length >= 4);
  for (const line of asked) {
    const path = new RegExp(`${address}/api/v1(/[a-z]+)`).exec(line)?.[1];
    const method = / (-d|--data-binary) /.test(line) ? "post" : "get";
    assert.ok(
      routes.some((route) => route.path === path && route.method === method),
      line,
    );
  }
  const named = [...guide.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^` ]+)`/g)];
  assert.ok(named.length >= 6);
  for (const [all, method, path] of named)
    assert.ok(
      routes.some((route) => route.method === method!.toLowerCase() && route.path === path),
      all,
    );
});

test("the description names every route with its schemas, and its page asks no other site", async (context) => {
  const server = await startServer(context);
  const description = await server.json("GET", "/openapi.json");
  assert.equal(description.openapi, "3.1.0");
  for (const { method, path, status = 200, body } of routes) {
    const described = description.paths[path.replace(/:(\w+)/g, "{$1}")][method];
    assert.ok(described.responses[status] && described.responses.default, `${method} ${path}`);
    assert.equal(Boolean(described.requestBody?.content["application/json"]), body !== undefined, `${method} ${path}`);
    const named = described.parameters?.filter((one: { in: string }) => one.in === "path") ?? [];
    assert.equal(named.length, path.split(":").length - 1);
  }
  const text = JSON.stringify(description);
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
    assert.ok(description.components.schemas[name!], `${name} is described`);
  const page = await (await server.ask("GET", "/docs")).text();
  assert.ok(!/https?:/.test(page));
  for (const [, file] of page.matchAll(/(?:src|href)="([^"]+)"/g))
    assert.equal((await server.ask("GET", `/${file}`)).status, 200, file);
});

test("metrics are there for Prometheus, and no label is a user's", async (context) => {
  const server = await startServer(context);
  const { id } = await submit(server, shortHierarchy());
  await server.watch(id);
  const text = await (await server.ask("GET", "/metrics")).text();
  assert.match(text, /^clipwork_runs_total\{state="finished"\} 1$/m);
  assert.match(text, /^clipwork_queue_runs 0$/m);
  assert.match(text, /^clipwork_items_total\{outcome="finished"\} 4$/m);
  assert.match(text, /^clipwork_request_seconds_count\{route="post \/runs",status="201"\} 1$/m);
  assert.ok(!text.includes(id));
  const elsewhere = await fetch(`${server.url}/metrics`);
  assert.equal(elsewhere.status, 404, "not the editor's page");
  assert.match(await elsewhere.text(), /under \/api\/v1\/metrics/);
});
