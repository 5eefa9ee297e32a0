import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { type TestContext, test } from "node:test";
import { memoryArtifacts } from "../artifacts/memory-artifacts.ts";
import { HttpProblem } from "./problem.ts";
import { sendArtifact } from "./send-artifact.ts";

/** Asks a server that sends "0123456789" for it. */
async function served(context: TestContext) {
  const artifacts = memoryArtifacts((error) => {
    throw error;
  });
  const hash = await artifacts.put(Buffer.from("0123456789"));
  const artifact = (await artifacts.open(hash))!;
  const server = createServer((request, response) => {
    sendArtifact(request, response, { artifact, hash, type: "image/png" }).catch((error) => {
      response.statusCode = error instanceof HttpProblem ? error.status : 500;
      response.end();
    });
  });
  context.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return async (headers: Record<string, string>, method = "GET") => {
    const response = await fetch(url, { method, headers });
    return {
      response,
      status: response.status,
      body: await response.text(),
      part: response.headers.get("content-range"),
    };
  };
}

test("all bytes come with their length, their hash as a tag, and may be kept for good", async (context) => {
  const ask = await served(context);
  const { response, status, body } = await ask({});
  assert.deepEqual([status, body], [200, "0123456789"]);
  const { headers } = response;
  assert.deepEqual(
    ["content-length", "content-type", "accept-ranges", "cache-control"].map((name) => headers.get(name)),
    ["10", "image/png", "bytes", "public, max-age=31536000, immutable"],
  );
  const known = await ask({ "if-none-match": `"other", W/${headers.get("etag")}` });
  assert.deepEqual([known.status, known.body], [304, ""]);
  assert.equal((await ask({ "if-none-match": '"other"' })).status, 200);
  assert.equal((await ask({ "if-none-match": "*" })).status, 304);
});

test("a part comes as it is asked for, cut at the end", async (context) => {
  const ask = await served(context);
  for (const [range, body, part] of [
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=3-5", "345", "bytes 3-5/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=7-99", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
  ] as const) {
    const reply = await ask({ range });
    assert.deepEqual([reply.status, reply.body, reply.part], [206, body, part], range);
    assert.equal(reply.response.headers.get("content-length"), String(body.length), range);
  }
});

test("a part that there is not is refused with the size, and nobody keeps the refusal", async (context) => {
  const ask = await served(context);
  for (const range of ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999999999-"]) {
    const { status, part, response } = await ask({ range });
    assert.deepEqual([status, part, response.headers.get("cache-control")], [416, "bytes */10", "no-store"], range);
  }
});

test("a range that says nothing, several of them, or of other bytes, brings them all", async (context) => {
  const ask = await served(context);
  for (const range of ["bytes=", "bytes=-", "bytes=5-3", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b"]) {
    const { status, body } = await ask({ range });
    assert.deepEqual([status, body], [200, "0123456789"], range);
  }
  assert.equal((await ask({ range: "bytes=0-1", "if-range": '"other"' })).status, 200);
  const etag = (await ask({})).response.headers.get("etag")!;
  assert.equal((await ask({ range: "bytes=0-1", "if-range": etag })).status, 206);
});

test("a receiver that went away before anything was sent is nobody's fault", async (context) => {
  const artifacts = memoryArtifacts((error) => {
    throw error;
  });
  const hash = await artifacts.put(Buffer.from("0123456789"));
  const artifact = (await artifacts.open(hash))!;
  const sent = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    client.destroy();
    await once(response, "close");
    sendArtifact(request, response, { artifact, hash, type: "image/png" }).then(sent.resolve, sent.reject);
  });
  context.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  await sent.promise;
});

test("HEAD has the headers alone", async (context) => {
  const { status, body, response } = await (await served(context))({}, "HEAD");
  assert.deepEqual([status, body, response.headers.get("content-length")], [200, "", "10"]);
});
