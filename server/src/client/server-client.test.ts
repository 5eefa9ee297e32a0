import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { Refused, ServerClient } from "./server-client.ts";

/** A client of a server that answers so, with a base path and a token. */
async function clientOf(context: TestContext, answer: RequestListener): Promise<ServerClient> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return new ServerClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}/below/?token=t0ken`);
}

const refusal = (check: (error: Refused) => void) => (error: unknown) => {
  assert.ok(error instanceof Refused, String(error));
  assert.notEqual(error.remedy, "");
  check(error);
  return true;
};

test("requests go below the server's own path, with its token and a body in JSON", async (context) => {
  const client = await clientOf(context, async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    response.end(JSON.stringify([request.method, request.url, request.headers.authorization, body]));
  });
  assert.deepEqual(await client.json("POST", "/runs", { a: 1 }), [
    "POST",
    "/below/api/v1/runs",
    "Bearer t0ken",
    '{"a":1}',
  ]);
});

test("what a server refuses is said in its words, with its problems; a stranger's answer is told as such", async (context) => {
  const problems = [{ code: "c", severity: "error", message: "m", remedy: "r" }];
  const client = await clientOf(context, ({ url }, response) => {
    response.statusCode = 400;
    response.end(
      url!.endsWith("/ours") ? JSON.stringify({ detail: "No.", remedy: "Ask otherwise.", problems }) : "<html>",
    );
  });
  await assert.rejects(
    client.json("GET", "/ours"),
    refusal((error) =>
      assert.deepEqual([error.message, error.remedy, error.problems], ["No.", "Ask otherwise.", problems]),
    ),
  );
  await assert.rejects(
    client.json("GET", "/theirs"),
    refusal(({ message }) => assert.match(message, /answered 400: it is no/)),
  );
});

test("who asks without a token is told where it goes in the address, not in a browser", async (context) => {
  const client = await clientOf(context, (_, response) => {
    response.statusCode = 401;
    response.end(JSON.stringify({ detail: "A token is missing or wrong.", remedy: "Open the address." }));
  });
  await assert.rejects(client.json("GET", "/queue"), { remedy: /address with a token.*\?token=/ });
});

test("an answer larger than may be read, a redirect, silence and what is no address are refused", async (context) => {
  const client = await clientOf(context, ({ url }, response) => {
    if (url!.endsWith("/away")) response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
    else response.end("x".repeat(1000));
  });
  assert.equal((await client.bytes("/small", 1000)).byteLength, 1000);
  await assert.rejects(
    client.bytes("/large", 999),
    refusal(({ message }) => assert.match(message, /more than 999 bytes/)),
  );
  await assert.rejects(
    client.bytes("/away", 1000),
    refusal(() => {}),
  );
  const nobody = new ServerClient("http://127.0.0.1:1");
  await assert.rejects(
    nobody.json("GET", "/"),
    refusal(({ message }) => assert.match(message, /No server answers at http/)),
  );
  for (const address of ["nowhere", "file:///etc/passwd"])
    assert.throws(
      () => new ServerClient(address),
      refusal(({ message }) => assert.match(message, /is no address of a server/)),
    );
});
