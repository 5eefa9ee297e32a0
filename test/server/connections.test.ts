import assert from "node:assert/strict";
import { test } from "node:test";
import { startServer } from "./server.fixture.ts";

test("a connection outlasts the minute for which proxies keep theirs", async (context) => {
  const server = await startServer(context);
  const { headers } = await server.ask("GET", "/health");
  assert.match(headers.get("keep-alive")!, /timeout=6[1-9]\b/);
});
