import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { type BackUp, backupRoutes } from "./backups.ts";

test("a receiver that takes nothing any more is cut off, and the next backup can be made", async (context) => {
  const ended: string[] = [];
  const endless = async function* () {
    try {
      for (;;) yield Buffer.alloc(1 << 20);
    } finally {
      ended.push("archive");
    }
  };
  const small = async function* () {
    yield Buffer.from("all of it");
  };
  let archive: AsyncIterable<Buffer> = endless();
  const backUp: BackUp = async (_, work) => {
    await work({ bytes: 1, archive });
    ended.push("backup");
  };
  const [route] = backupRoutes({ backUp, patience: 300 });
  const answered: Promise<unknown>[] = [];
  const server = createServer((request, response) => {
    answered.push(Promise.resolve(route!.handle({ body: { values: true }, request, response } as never)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const [response] = await once(get({ port, host: "127.0.0.1", agent: false }), "response");
  response.on("error", () => {});
  await Promise.all(answered);
  assert.deepEqual(ended, ["archive", "backup"]);
  archive = small();
  assert.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), "all of it");
});
