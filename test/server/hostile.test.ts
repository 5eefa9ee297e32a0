import assert from "node:assert/strict";
import { test } from "node:test";
import { startServer } from "./server.fixture.ts";

const document = (more: string) => `{"document":{"format":"clipwork/1","nodes":{}${more}}}`;
const bodies: readonly [title: string, body: string, status: number, says: RegExp][] = [
  ["no JSON", "{", 400, /The body is not JSON/],
  ["a key twice", document(',"nodes":{}'), 400, /"nodes" stands twice .* line 1, column 47/],
  ["a number too large", document(',"meta":1e999'), 400, /1e999 .* too large/],
  ["lists without end", document(`,"meta":${"[".repeat(100_000)}${"]".repeat(100_000)}`), 400, /nested deeper/],
  ["more bytes than are read", document(`,"meta":"${"x".repeat(17 * 2 ** 20)}"`), 413, /larger/],
  ["a number", "7", 400, /object/],
  ["nothing", "", 400, /document/],
];

test("a body that cannot be read as it was meant is refused with a sentence, and the server goes on", async (context) => {
  const server = await startServer(context);
  for (const [title, body, status, says] of bodies) {
    const response = await server.ask("POST", "/runs", body);
    const { detail, remedy } = (await response.json()) as { detail: string; remedy: string };
    assert.equal(response.status, status, title);
    assert.match(detail, says, title);
    assert.notEqual(remedy, "", title);
  }
  assert.equal((await server.ask("GET", "/runs")).status, 200);
});

test("C26: a limit of none is an empty page, and what is no number is refused, on every list", async (context) => {
  const server = await startServer(context);
  for (const list of ["/runs", "/workflows", "/queue"]) {
    for (const [query, status] of [
      ["limit=0", 200],
      ["limit=", 200],
      ["limit=1e99", 400],
      ["limit=none", 400],
      ["limit=1&limit=2", 400],
      ["limit=1.5", 400],
    ] as const) {
      const response = await server.ask("GET", `${list}?${query}`);
      const reply = (await response.json()) as { items?: unknown[]; remedy?: string };
      assert.equal(response.status, status, `${list}?${query}: ${JSON.stringify(reply)}`);
      if (status === 400) assert.notEqual(reply.remedy ?? "", "", query);
    }
  }
});
