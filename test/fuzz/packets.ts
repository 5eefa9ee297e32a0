// What a server hears: whatever it is, nothing of it is a fault of the server's, and it goes on.
import assert from "node:assert/strict";
import fc from "fast-check";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { askRaw, frameOf, openViewer } from "../server/raw.fixture.ts";
import { routes, type TestServer } from "../server/server.fixture.ts";
import { changedJson } from "./mutants.ts";
import type { Target } from "./readers.ts";

const id = "00000000-0000-4000-8000-000000000000";
const digest = "0".repeat(64);

/** A request to some route: its parameters and its body are right, or nearly, or anything. */
const requests = fc.record({
  route: fc.constantFrom(...routes.filter(({ path }) => !/^\/(models|packs)/.test(path))),
  part: fc.oneof(fc.constantFrom(id, digest, "1"), fc.webSegment(), fc.string()),
  query: fc.oneof(fc.constant(""), fc.webQueryParameters()),
  body: fc.oneof(
    changedJson(
      fc.constantFrom<unknown>(
        { document: shortHierarchy() },
        { revision: 1, title: "a", document: shortHierarchy() },
        { position: 0 },
      ),
    ),
    fc.jsonValue(),
  ),
  type: fc.constantFrom("application/json", "application/json; charset=utf-16", "image/png", "text/plain", ""),
});

/** Who somebody says to be: tokens and sessions that nobody was given, written in ways that are right or nearly so. */
const claims = fc.record({
  scheme: fc.constantFrom("Bearer ", "bearer ", "Basic ", "Bearer", ""),
  token: fc.oneof(
    fc.base64String().map((text) => `cw_${text}`),
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 300 }),
  ),
  cookie: fc.constantFrom("clipwork", "clipwork-session", "__proto__", ""),
  query: fc.boolean(),
});

/** What socket.io's packets look like, and what does not. */
const frames = fc.oneof(
  fc.jsonValue().map((value) => `42${JSON.stringify(value)}`),
  fc
    .tuple(fc.constantFrom("follow", "unfollow", "queue", "x"), fc.jsonValue())
    .map((all) => `420${JSON.stringify(all)}`),
  fc.string({ maxLength: 120 }),
);

export const packets = (server: TestServer): readonly Target[] => [
  {
    name: "requests",
    property: async () =>
      fc.asyncProperty(requests, async ({ route, part, query, body, type }) => {
        const path = `/api/v1${route.path.replace(/:\w+/g, encodeURIComponent(part))}?${query}`;
        const sent = route.method === "get" ? {} : { body: JSON.stringify(body) };
        const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
        const { status, text } = await askRaw(server.url, {
          method: route.method.toUpperCase(),
          path,
          headers,
          ...sent,
        });
        assert.ok(status < 500 || status === 503, `${route.method} ${path} ${JSON.stringify(body)}: ${status} ${text}`);
      }),
  },
  {
    name: "tokens and sessions",
    property: async () =>
      fc.asyncProperty(claims, async ({ scheme, token, cookie, query }) => {
        const headers = { authorization: scheme + token, cookie: `${cookie}=${token}; ${token}` };
        const path = `/api/v1/access${query ? `?token=${encodeURIComponent(token)}` : ""}`;
        const { status, text } = await askRaw(server.url, { method: "GET", path, headers });
        assert.ok(status < 500, `${JSON.stringify(headers)}: ${status} ${text}`);
      }),
  },
  {
    name: "messages of web sockets",
    property: async () =>
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 8 }), async (messages) => {
        const socket = await openViewer(server.url, true);
        for (const message of messages) if (Buffer.byteLength(message) < 126) socket.write(frameOf(message));
        assert.equal((await server.ask("GET", "/version")).status, 200);
        socket.destroy();
        assert.equal(server.process.exitCode, null);
      }),
  },
];
