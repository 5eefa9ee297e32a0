import assert from "node:assert/strict";
import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer, submit } from "./server.fixture.ts";

test("a picture that was cut is not served, and is made again by a run; an upload whose file is gone is kept again (A6, A7)", async (context) => {
  const server = await startServer(context);
  const fileOf = (hash: string) => join(server.data, "artifacts", hash.slice(0, 2), hash);
  const statusOf = async (hash: string) => {
    const response = await server.ask("GET", `/artifacts/${hash}`);
    return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
  };

  const first = await submit(server, shortHierarchy());
  await server.watch(first.id);
  const [output] = (await server.json("GET", `/runs/${first.id}`)).outputs;
  const whole = await statusOf(output.picture);
  assert.equal(whole.status, 200);
  for (const length of [100, 0]) {
    truncateSync(fileOf(output.picture), length);
    assert.equal((await statusOf(output.picture)).status, 404, `${length} bytes`);
    const again = await submit(server, shortHierarchy(), { fresh: true });
    assert.equal((await server.watch(again.id)).at(-1)!.event, "run.finished");
    assert.deepEqual(await statusOf(output.picture), whole);
  }

  const bytes = await sharp({ create: { width: 8, height: 6, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  const upload = async () => {
    const headers = { "content-type": "image/png" };
    const response = await fetch(`${server.url}/api/v1/uploads`, { method: "POST", body: bytes, headers });
    assert.equal(response.status, 201);
    return (await response.json()) as { asset: string; thumbnail: string };
  };
  const { asset, thumbnail } = await upload();
  for (const hash of [asset, thumbnail]) {
    rmSync(fileOf(hash));
    assert.equal((await statusOf(hash)).status, 404);
    assert.deepEqual(await upload(), { ...(await upload()), asset, thumbnail });
    assert.equal((await statusOf(hash)).status, 200);
  }
});
