import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { artifactFiles } from "../../server/src/artifacts/artifact-files.ts";
import { maxUpload } from "../../server/src/artifacts/upload-store.ts";
import { insertText } from "../../server/src/files/png.ts";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { askRaw, isProblem } from "./raw.fixture.ts";
import { startServer, submit, type TestServer, until } from "./server.fixture.ts";

const workflows = join(import.meta.dirname, "..", "..", "workflows");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const red = () => sharp({ create: { width: 40, height: 30, channels: 3, background: "#f00" } });

function send(server: TestServer, bytes: Uint8Array | string, type = "image/png") {
  const ask = { method: "POST", path: "/api/v1/uploads", headers: { "content-type": type } };
  return askRaw(server.url, { ...ask, body: bytes });
}

/** The files beside the workflows that come with Clipwork, which a server stores when it starts: their hashes. */
const shipped = globSync("reference/*", { cwd: workflows }).map((file) => sha256(readFileSync(join(workflows, file))));

/** Nothing of a refused upload stays: all that is stored was there before. */
function nothingLeft({ data }: TestServer): void {
  if (existsSync(join(data, "uploads"))) assert.deepEqual(readdirSync(join(data, "uploads")), []);
  const stored = readdirSync(join(data, "artifacts"), { recursive: true, withFileTypes: true });
  assert.deepEqual(
    stored.filter((entry) => entry.isFile()).map(({ name }) => name),
    shipped,
  );
}

/** A picture that names one file. */
function loads(file: string) {
  const workflow = shortHierarchy();
  workflow.nodes = {
    load: { type: "image.load", version: 1, params: { file } },
    save: { type: "output.image", version: 1, inputs: { image: "load.image" } },
  };
  workflow.exposed = {};
  return workflow;
}

/** A PNG whose head promises that size. */
function pngOfSize(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.alloc(1 << 20));
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

test("a picture is uploaded, shown with its kind alone, used in a workflow, and goes when nothing needs it", async (context) => {
  const server = await startServer(context);
  const png = await red().png().toBuffer();
  const { status, text } = await send(server, png);
  assert.equal(status, 201, text);
  const { asset, width, height, thumbnail } = JSON.parse(text);
  assert.deepEqual([asset, width, height], [createHash("sha256").update(png).digest("hex"), 40, 30]);
  assert.equal((await send(server, png)).text, text, "the same bytes are the same asset");

  const shown = await server.ask("GET", `/artifacts/${asset}`);
  assert.equal(shown.headers.get("content-type"), "image/png");
  assert.match(shown.headers.get("cache-control")!, /max-age=31536000, immutable/);
  assert.match(shown.headers.get("content-security-policy")!, /default-src 'none'; sandbox/);
  assert.deepEqual(Buffer.from(await shown.arrayBuffer()), png);
  const etag = shown.headers.get("etag")!;
  const again = { path: `/api/v1/artifacts/${asset}`, headers: { "if-none-match": etag } };
  assert.equal((await askRaw(server.url, again)).status, 304);
  const part = await server.ask("GET", `/artifacts/${asset}`, undefined, { range: "bytes=1-3" });
  assert.deepEqual([part.status, await part.text()], [206, "PNG"]);
  assert.equal((await server.ask("GET", `/artifacts/${asset}`, undefined, { range: "bytes=9999999-" })).status, 416);
  assert.equal((await server.ask("GET", `/artifacts/${thumbnail}`)).headers.get("content-type"), "image/webp");

  const run = await submit(server, loads(`asset:${asset}`));
  assert.equal((await server.watch(run.id)).at(-1)!.event, "run.finished");
  await server.json("DELETE", `/uploads/${asset}`, undefined, 204);
  assert.equal((await server.ask("GET", `/artifacts/${asset}`)).status, 200, "the run still names it");
  const [{ picture }] = (await server.json("GET", `/runs/${run.id}`)).outputs;
  await server.json("DELETE", `/runs/${run.id}`, undefined, 204);
  const { place } = artifactFiles(join(server.data, "artifacts"));
  // Pictures are removed while no worker writes, a moment after their last use ends.
  for (const hash of [asset, picture]) await until(() => !existsSync(place(hash)), server);
});

/** An array as NumPy saves it. */
function npy(shape: string, numbers: Float32Array): Buffer {
  const head = Buffer.alloc(128, " ");
  head.write(`\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`, "latin1");
  return Buffer.concat([head, Buffer.from(numbers.buffer)]);
}

test("an array is uploaded, served as bytes alone and read by a node; one that is not whole or finite leaves nothing", async (context) => {
  const server = await startServer(context);
  const type = "application/octet-stream";
  const numbers = Float32Array.from({ length: 48 }, (_, i) => Math.sin(i));
  const bytes = npy("(3, 16)", numbers);
  for (const wrong of [bytes.subarray(0, 200), npy("(3, 16)", numbers.with(17, Number.NaN)), npy("(48,)", numbers)]) {
    const reply = await send(server, wrong, type);
    assert.equal(reply.status, 422, reply.text);
    assert.match(reply.text, /cannot be used as an array/);
    assert.ok(isProblem(reply));
  }
  nothingLeft(server);
  const { status, text } = await send(server, bytes, type);
  const { asset } = JSON.parse(text);
  assert.deepEqual([status, JSON.parse(text)], [201, { asset, rows: 3, columns: 16 }]);
  const shown = await server.ask("GET", `/artifacts/${asset}`);
  assert.equal(shown.headers.get("content-type"), type);
  assert.match(shown.headers.get("content-security-policy")!, /default-src 'none'; sandbox/);

  const workflow = shortHierarchy();
  const load = { type: "latent.import", version: 1, params: { pack: "random-pack", file: `asset:${asset}` } };
  const inputs = { embeddings: "load.embeddings" };
  workflow.nodes = {
    load,
    measure: { type: "probe.embeddings", version: 1, inputs },
    save: { type: "output.table", version: 1, inputs: { table: "measure.table" } },
  };
  workflow.exposed = {};
  const run = await submit(server, workflow);
  assert.equal((await server.watch(run.id)).at(-1)!.event, "run.finished");
  workflow.nodes.load = { ...load, params: { ...load.params, file: "../set.npy" } };
  const { problems } = await server.json("POST", "/runs", { document: workflow }, 422);
  assert.match(JSON.stringify(problems), /A server reads no paths/);
});

test("a document on a server names uploaded pictures, never paths", async (context) => {
  const server = await startServer(context);
  const path = join(server.data, "..", "picture.png");
  writeFileSync(path, await red().png().toBuffer());
  for (const file of [
    path,
    "picture.png",
    "../picture.png",
    "file:///etc/passwd",
    "asset:../server.db",
    `asset:${"0".repeat(64)}`,
    `asset:${"A".repeat(64)}`,
  ]) {
    const body = await server.json("POST", "/runs", { document: loads(file) }, 422);
    const problem = body.problems.find(({ node }: { node: string }) => node === "load");
    assert.ok(problem.message && problem.remedy, file);
    assert.ok(!problem.message.includes(server.data), "no place of the server is told");
  }
});

test("SVG, HTML and other bytes are refused, whatever they are called (cases 15, 16)", async (context) => {
  const server = await startServer(context);
  const script = "<script>alert(1)</script>";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${script}</svg>`;
  const bodies = [
    svg,
    `<?xml version="1.0"?>${svg}`,
    `<!doctype html>${script}`,
    "GIF89",
    "",
    "{}",
    "%PDF-1.4",
    "BM0000",
  ];
  for (const type of ["image/png", "image/gif", "application/octet-stream"]) {
    for (const body of bodies) {
      const reply = await send(server, body, type);
      assert.ok(reply.status === 415 || reply.status === 422, `${body}: ${reply.status}`);
      assert.ok(isProblem(reply));
    }
  }
  for (const type of ["image/svg+xml", "text/html", "application/xhtml+xml"])
    assert.equal((await send(server, svg, type)).status, 415);
  nothingLeft(server);
});

test("a PNG with a page inside is a picture and nothing else (case 15)", async (context) => {
  const server = await startServer(context);
  const page = Buffer.from("<html><script>alert(1)</script></html>");
  const reply = await send(server, Buffer.concat([await red().png().toBuffer(), page]));
  assert.equal(reply.status, 201, reply.text);
  const { headers } = await server.ask("GET", `/artifacts/${JSON.parse(reply.text).asset}`);
  assert.equal(headers.get("content-type"), "image/png");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy")!, /sandbox/);
});

test("pictures made to fill the memory are refused, and the server goes on (case 17)", async (context) => {
  const server = await startServer(context);
  const png = await red().png().toBuffer();
  const bombs: readonly (readonly [string, Buffer])[] = [
    ["65535² in its head", pngOfSize(65_535, 65_535)],
    ["2³¹ wide", pngOfSize(2 ** 31 - 1, 1)],
    ["truncated", (await red().resize(400).png({ compressionLevel: 0 }).toBuffer()).subarray(0, 5000)],
  ];
  for (const [what, bytes] of bombs) {
    const reply = await send(server, bytes);
    assert.equal(reply.status, 422, `${what}: ${reply.text}`);
    assert.ok(isProblem(reply));
  }
  nothingLeft(server);
  // A text that inflates to 64 MB: the picture is good, its workflow is not read.
  const deep = insertText(png, "clipwork", `{"x":"${"a".repeat(64 * 2 ** 20)}"}`);
  const reply = await send(server, deep);
  assert.deepEqual([reply.status, JSON.parse(reply.text).document], [201, undefined]);
});

test("an upload that is too large, or breaks off, leaves nothing (case 18)", async (context) => {
  const server = await startServer(context);
  const { port } = new URL(server.url);
  const head = `POST /api/v1/uploads HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: image/png\r\n`;
  const declared = connect(Number(port), "127.0.0.1");
  declared.write(`${head}Content-Length: ${maxUpload + 1}\r\n\r\n`);
  const [answer] = await once(declared, "data");
  assert.match(String(answer), /^HTTP\/1\.1 413 /);
  declared.destroy();

  const broken = connect(Number(port), "127.0.0.1");
  broken.write(`${head}Content-Length: 100000\r\n\r\n\x89PNG`);
  await until(
    () => existsSync(join(server.data, "uploads")) && readdirSync(join(server.data, "uploads")).length === 1,
    server,
  );
  broken.destroy();
  await until(() => readdirSync(join(server.data, "uploads")).length === 0, server);

  const endless = connect(Number(port), "127.0.0.1");
  endless.on("error", () => {});
  endless.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  const part = `100000\r\n${"x".repeat(2 ** 20)}\r\n`;
  const refused = once(endless, "data");
  const drained = () => once(endless, "drain");
  for (let sent = 0; sent < maxUpload / 2 ** 20 + 2 && endless.writable; sent++)
    if (!endless.write(part)) await Promise.race([drained(), refused]);
  assert.match(String((await refused)[0]), /^HTTP\/1\.1 413 /);
  endless.destroy();
  await until(() => readdirSync(join(server.data, "uploads")).length === 0, server);
  nothingLeft(server);
});

test("a picture that carries a workflow gives it back as data, and nothing runs (case 30)", async (context) => {
  const server = await startServer(context);
  const run = await submit(server, shortHierarchy());
  await server.watch(run.id);
  const [{ picture }] = (await server.json("GET", `/runs/${run.id}`)).outputs;
  const bytes = Buffer.from(await (await server.ask("GET", `/artifacts/${picture}`)).arrayBuffer());
  const { document } = JSON.parse((await send(server, bytes)).text);
  assert.deepEqual(document.nodes, shortHierarchy().nodes);
  assert.equal((await server.json("GET", "/runs")).items.length, 1);
});

test("a picture says which networks made it, if what it says are digests; those that are here are in the list of packs", async (context) => {
  const server = await startServer(context);
  const carrying = async (stages: unknown, title: string) => {
    const run = { format: "clipwork-run/1", workflow: { ...shortHierarchy(), meta: { title } }, stages };
    const png = insertText(await red().png().toBuffer(), "clipwork", JSON.stringify(run));
    const { status, text } = await send(server, png);
    assert.equal(status, 201, text);
    return JSON.parse(text);
  };
  const { packs } = await server.json("GET", "/packs");
  const pack = packs.find(({ name }: { name: string }) => name === "random-pack");
  assert.match(pack.version, /^\d+\.\d+\.\d+$/);
  const stages = { "random-pack/decoder": pack.facts.stages.decoder };
  assert.deepEqual((await carrying(stages, "digests")).stages, stages);
  for (const wrong of [
    undefined,
    [],
    "x",
    { a: "b" },
    { a: 1 },
    { ["a".repeat(201)]: stages["random-pack/decoder"] },
  ]) {
    const reply = await carrying(wrong, JSON.stringify(wrong ?? null));
    assert.equal(reply.stages, undefined, JSON.stringify(wrong));
    assert.ok(reply.document, "its workflow is opened all the same");
  }
});
