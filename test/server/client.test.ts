// The client that is published, against a real server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { createClient, RequestRefused, RunFailed } from "@clipwork/client";
import sharp from "sharp";
import { schemaFile, schemaText } from "../../client/generate.ts";
import { openClipwork } from "../../server/src/local/open-clipwork.ts";
import type { RunSummary } from "../../server/src/wire/wire.ts";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { startServer } from "./server.fixture.ts";

/** A picture that is uploaded, and a white rectangle as large as half of it; no model. */
const drawing = (asset: string) => ({
  format: "clipwork/1",
  nodes: {
    load: { type: "image.load", version: 1, params: { file: `asset:${asset}` } },
    draw: { type: "image.draw-mask", version: 1, inputs: { image: "load.image" } },
    save: { type: "output.any", version: 1, inputs: { value: "draw.mask" }, params: { name: "drawn" } },
  },
  exposed: { left: "draw.left" },
});

test("the client's types are those of the API", async () => {
  assert.equal(
    readFileSync(schemaFile, "utf8"),
    await schemaText(),
    `${join("client", "src", "schema.ts")}: npm run client`,
  );
});

test("a client with a token runs a workflow with values, hears it and reads its pictures; a refusal says what is wrong", async (context) => {
  const server = await startServer(context, { args: ["--host", "0.0.0.0"] });
  const address = new URL(server.address);
  const token = address.searchParams.get("token")!;
  await assert.rejects(createClient(address.origin).api.GET("/runs"), (error) => {
    return error instanceof RequestRefused && error.status === 401 && /token/.test(error.message);
  });
  const client = createClient(address.origin, { token });
  context.after(() => client.close());
  const black = await sharp({ create: { width: 40, height: 20, channels: 3, background: "black" } })
    .png()
    .toBuffer();
  const uploaded = await client.api.POST("/uploads", {
    headers: { "content-type": "image/png" },
    body: black as never,
    bodySerializer: (bytes: unknown) => bytes as Uint8Array<ArrayBuffer>,
  });
  const document = drawing((uploaded.data as { asset: string }).asset);

  const run = client.run(document, { set: { left: 0.5 } });
  const events: string[] = [];
  for await (const { seq, event } of run.events) events[seq] = event;
  assert.equal(events.at(-1), "run.finished");
  const { outputs, pictures, executed } = await run.result;
  assert.deepEqual(
    outputs.map(({ node, item, kind, files }) => [node, item, kind, files[0]!.name]),
    [["save", 0, "mask", "drawn.png"]],
  );
  assert.equal(executed, 2);
  const png = await pictures[0]!.bytes();
  assert.equal(png.byteLength, pictures[0]!.size);
  const { data, info } = await sharp(png).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  const middle = info.width * (info.height / 2);
  assert.deepEqual([info.width, info.height, data[middle + 15], data[middle + 25]], [40, 20, 0, 255]);

  const saved = await client.api.POST("/workflows", { body: { title: "Drawing", document } });
  // The address as the server prints it has the token in it.
  const other = createClient(server.address);
  context.after(() => other.close());
  assert.equal((await other.run(saved.data!.id, { set: { left: 0.5 } }).result).executed, 0, "kept values are taken");

  await assert.rejects(client.run(document, { set: { lift: 1 } }).result, (error) => {
    return error instanceof RequestRefused && error.status === 422 && error.problems[0]!.code === "unknown-setting";
  });
  const { draw, save } = document.nodes;
  const broken = { ...draw, params: { left: 0.9, right: 0.1 } };
  const failing = {
    ...document,
    nodes: { ...document.nodes, broken, tell: { ...save, inputs: { value: "broken.mask" } } },
  };
  await assert.rejects(client.run(failing).result, (error) => {
    assert.ok(error instanceof RunFailed, String(error));
    assert.deepEqual([error.state, error.problems[0]!.node, error.outputs[0]!.node], ["failed", "broken", "save"]);
    return true;
  });
  const cancelled = (error: unknown) => error instanceof RunFailed && error.state === "cancelled";
  await client.api.PATCH("/queue", { body: { paused: true } });
  const waiting = client.run(document, { fresh: true });
  for await (const { event } of waiting.events) {
    if (event === "run.queued") waiting.cancel();
  }
  await assert.rejects(waiting.result, cancelled);
  await assert.rejects(client.run(document, { signal: AbortSignal.abort() }).result, cancelled);
});

test("a run of whoever is gone before the answer is cancelled if they asked for that, as a client does, and else goes on", async (context) => {
  const server = await startServer(context);
  await server.json("PATCH", "/queue", { paused: true });
  const { port } = new URL(server.url);
  /** Asks for a run and is gone. */
  const askAndGo = (more: object) =>
    new Promise<void>((resolve) => {
      const body = JSON.stringify({ document: written, ...more });
      const head = `POST /api/v1/runs HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n`;
      const socket = connect(Number(port), "127.0.0.1", () => {
        socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, () => socket.destroy());
      });
      socket.once("close", () => resolve());
    });
  await askAndGo({ priority: "low" });
  await askAndGo({ cancelIfGone: true });
  for (let states = ""; states !== "low queued, normal cancelled"; ) {
    const { items } = await server.json("GET", "/runs");
    states = items
      .map(({ priority, state }: RunSummary) => `${priority} ${state}`)
      .sort()
      .join(", ");
  }
  // Whoever stays gets the run.
  const { state } = await server.json("POST", "/runs", { document: written, cancelIfGone: true }, 201);
  assert.equal(state, "queued");
});

/** A text that is saved; no model. */
const written = {
  format: "clipwork/1",
  nodes: {
    say: { type: "text.prompt", version: 1, params: { text: "a red cube" } },
    save: { type: "output.any", version: 1, inputs: { value: "say.text" } },
  },
};

test("outputs come in the order of the workflow's nodes, from a server and within a program", async (context) => {
  const save = (name: string) => ({ ...written.nodes.save, params: { name } });
  const nodes = { say: written.nodes.say, zebra: save("z"), middle: save("m"), apple: save("a") };
  const server = await startServer(context);
  const client = createClient(server.url);
  context.after(() => client.close());
  await using here = await openClipwork({ data: join(folderFor(context), "data") });
  for (const runs of [client, here]) {
    const { outputs } = await runs.run({ ...written, nodes }).result;
    assert.deepEqual(
      outputs.map(({ node }) => node),
      ["zebra", "middle", "apple"],
    );
  }
});
