import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, folderWith, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer, submit } from "./server.fixture.ts";

/** The text of a page, without what makes it one. */
function textOf(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

test("the report of a run comes as one file with its picture, fingerprints and versions, and opens as nobody's page", async (context) => {
  const server = await startServer(context);
  const { id } = await submit(server, { ...shortHierarchy(), meta: { title: "A <b>cube</b>" } });
  const events = await server.watch(id);
  const reply = await server.ask("GET", `/runs/${id}/report`);
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get("content-type")!, /^text\/html/);
  assert.match(reply.headers.get("content-disposition")!, /^attachment; filename="A .*report\.html"/);
  assert.match(reply.headers.get("content-security-policy")!, /sandbox/);
  const page = await reply.text();
  assert.match(page, /<h1 dir="auto">A &lt;b&gt;cube&lt;\/b&gt;<\/h1>/);
  assert.match(page, /<img src="data:image\/png;base64,/);
  const stored = events.flatMap((event) => (event.event === "node.stored" ? [event.key] : []));
  assert.ok(stored.length > 0);
  for (const key of stored) assert.ok(page.includes(key), key);
  assert.match(textOf(page), /Timings.*What was computed, and why.*Parameters.*Made with.*Networks/);

  const again = await submit(server, shortHierarchy());
  await server.watch(again.id);
  assert.match(textOf(await (await server.ask("GET", `/runs/${again.id}/report`)).text()), /0 nodes computed/);
  assert.equal((await server.ask("GET", "/runs/00000000-0000-4000-8000-000000000000/report")).status, 404);
});

test("run --report writes the report beside the pictures, and says why nodes ran", async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  const run = (...args: string[]) => clipwork(["run", "workflow.json", "--json", ...args], { cwd });
  assert.equal((await run("--report", "reports/first.html")).code, 0);
  const first = readFileSync(join(cwd, "reports", "first.html"), "utf8");
  assert.match(first, /<img src="data:image\/png;base64,/);
  assert.match(textOf(first), /Finished in .* computed, 0 kept/);
  assert.equal((await run("--set", "seed=8", "--report", "second.html", "--no-metadata")).code, 0);
  const second = readFileSync(join(cwd, "second.html"), "utf8");
  assert.match(textOf(second), /No value was kept under its fingerprint\. .*seed/);
  assert.doesNotMatch(textOf(second), /Made with/, "without metadata there is no record");
  const refused = await run("--report", "workflow.json/report.html");
  assert.equal(refused.code, 2);
  assert.ok(!existsSync(join(cwd, "workflow.json", "report.html")));
  const folder = await run("--report", ".");
  assert.equal(folder.code, 2);
  assert.match(folder.stdout, /The report .* is a folder/);
});

test("run --report takes a title that is no text, names muted nodes, and gives the true reason of what is computed anew", async (context) => {
  const workflow = shortHierarchy();
  const nodes = { ...workflow.nodes, spare: { type: "text.lines", version: 1, mode: "mute" as const } };
  const cwd = folderWith(context, { ...workflow, nodes, meta: { title: 5 } } as never);
  const made = await clipwork(["run", "workflow.json", "--no-cache", "--report", "report.html"], { cwd });
  assert.equal(made.code, 0, made.stderr);
  const text = textOf(readFileSync(join(cwd, "report.html"), "utf8"));
  assert.match(text, /Untitled/);
  assert.match(text, /Lines spare muted/);
  assert.match(text, /computed It was asked to compute everything again\./);
  assert.doesNotMatch(text, /No value was kept/);
});

test("a report that cannot be written is a problem after the run's end, which stands", async (context) => {
  const cwd = folderWith(context, shortHierarchy());
  const { code, stdout, stderr } = await clipwork(["run", "workflow.json", "--report", `${"x".repeat(300)}.html`], {
    cwd,
  });
  assert.equal(code, 1);
  assert.match(stdout, /\.png/);
  assert.match(stderr, /finished: .*\n(.*\n)*error: The report .* could not be written: ENAMETOOLONG/);
});

test("the server's report of a run that was to compute everything says so, though its title is no text", async (context) => {
  const server = await startServer(context);
  const document = { ...shortHierarchy(), meta: { title: 5 } };
  const { id } = await submit(server, document as never, { fresh: true });
  await server.watch(id);
  const reply = await server.ask("GET", `/runs/${id}/report`);
  assert.equal(reply.status, 200);
  assert.match(textOf(await reply.text()), /Finished in .*It was asked to compute everything again\./);
});
