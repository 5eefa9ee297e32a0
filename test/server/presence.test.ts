// Who else has a document open, with real sockets: of a server for everybody on this machine, and of one that asks for tokens.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { io } from "socket.io-client";
import { createToken, revokeToken } from "../../server/src/access/tokens.ts";
import type { DocumentPresence } from "../../server/src/wire/wire.ts";
import { startServer, type TestServer, type Viewer } from "./server.fixture.ts";

const document = "123e4567-e89b-42d3-a456-426614174000";
const another = "223e4567-e89b-42d3-a456-426614174000";

/** A viewer, and what it is told of who else is there: for each document the newest, and a wait until that is so. */
function told(viewer: Viewer) {
  const newest = new Map<string, DocumentPresence>();
  viewer.on("present", (now) => {
    for (const one of now) newest.set(one.document, one);
  });
  const words = (id: string) => {
    const known = newest.get(id);
    return known?.others.map(({ name, pages, own }) => `${own ? "own " : ""}${name} ${pages}`).join(", ");
  };
  return {
    newest,
    async until(expected: string, id = document) {
      while (words(id) !== expected) await new Promise((resolve) => viewer.once("present", resolve));
    },
  };
}

/** A viewer of a server that asks for tokens, by one of that name and scope. */
function withToken(context: TestContext, server: TestServer, name: string, token: string): Viewer {
  const extraHeaders = { authorization: `Bearer ${token}` };
  const viewer: Viewer = io(server.url, { transports: ["websocket"], forceNew: true, extraHeaders });
  context.after(() => void viewer.disconnect());
  viewer.on("connect_error", (error) => assert.fail(`${name}: ${error}`));
  return viewer;
}

test("[W13] pages that have a document open are told of one another, until one goes or its line breaks", async (context) => {
  const server = await startServer(context);
  const [one, two, elsewhere] = [server.viewer(), server.viewer(), server.viewer()];
  const [toOne, toTwo, toElsewhere] = [told(one), told(two), told(elsewhere)];
  one.emit("open", [document]);
  elsewhere.emit("open", [another]);
  await toOne.until("");
  two.emit("open", [another, document]);
  await Promise.all([
    toOne.until("own owner 1"),
    toTwo.until("own owner 1"),
    toElsewhere.until("own owner 1", another),
  ]);
  assert.deepEqual([...toElsewhere.newest.keys()], [another], "nothing of what it does not have open");
  two.emit("open", [another]);
  await toOne.until("");
  two.emit("open", [document]);
  await toOne.until("own owner 1");
  two.io.engine.close();
  await toOne.until("");
});

test("[W13] [A14] tokens are told apart by name, who may only view counts, and one that is revoked is gone", async (context) => {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const given = (["edit", "view"] as const).map((scope) => createToken(server.data, `who-${scope}`, scope));
  const [editor, again, viewer] = [
    withToken(context, server, "editor", given[0]!),
    withToken(context, server, "editor again", given[0]!),
    withToken(context, server, "viewer", given[1]!),
  ];
  const [toEditor, toViewer] = [told(editor), told(viewer)];
  for (const one of [editor, again, viewer]) one.emit("open", [document]);
  await toEditor.until("own who-edit 1, who-view 1");
  await toViewer.until("who-edit 2");
  assert.doesNotMatch(JSON.stringify([...toViewer.newest.values()]), /[0-9a-f]{64}/, "no token, nor the digest of one");
  revokeToken(server.data, "who-view");
  await toEditor.until("own who-edit 1");
});

test("[W14] what is no list of documents is not heard", async (context) => {
  const server = await startServer(context);
  const [one, two] = [server.viewer(), server.viewer()];
  const toOne = told(one);
  one.emit("open", [document]);
  await toOne.until("");
  const many = Array.from({ length: 101 }, () => document);
  for (const wrong of [many, "x", null, {}, [3], ["../x"], [document, "__proto__"], undefined])
    two.emit("open", wrong as string[]);
  await new Promise((resolve) => two.emit("queue", resolve));
  two.emit("open", [another]);
  const toTwo = told(two);
  await toTwo.until("", another);
  assert.deepEqual(toOne.newest.get(document)?.others, []);
});
