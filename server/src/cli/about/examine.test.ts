import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { Database } from "../../data-folder/database.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { examine } from "./examine.ts";
import type { Finding } from "./finding.ts";

const found = async (data: string, about: string, port = 0): Promise<Finding> => {
  const findings = await examine({ data, port });
  assert.deepEqual(
    findings.map((finding) => finding.about),
    [
      "Node",
      "data folder",
      "configuration",
      "node packs",
      "disk",
      "database",
      "backup",
      "token",
      "clock",
      "port",
      "packs",
      "providers",
    ],
  );
  assert.match(findings.at(-1)!.message, /^cpu: .*; webgpu: .*; cuda: .*\. --provider auto uses /);
  for (const { state, message, remedy } of findings) {
    assert.match(message, /\.$/, message);
    assert.equal(remedy !== undefined, state !== "ok", message);
  }
  return findings.find((finding) => finding.about === about)!;
};

test("a folder that is not there yet is looked at, and not made", async (context) => {
  const data = join(temporaryFolder(context), "none");
  const { state, message } = await found(data, "data folder");
  assert.deepEqual([state, message], ["ok", `${data} will be made by the first run.`]);
  assert.deepEqual(readdirSync(join(data, "..")), []);
});

test("the database is whole, is used by a server, or is damaged; looking changes nothing", async (context) => {
  const data = temporaryFolder(context);
  const path = join(data, "server.db");
  const database = new Database(data);
  assert.deepEqual((await found(data, "database")).message, "A server is using it.");
  database.close();
  assert.match((await found(data, "database")).message, /^It is whole, /);
  for (const damage of [
    () => writeFileSync(path, "this was never a database ".repeat(1000)),
    () => {
      rmSync(path);
      mkdirSync(path);
    },
  ]) {
    damage();
    const { state, message, remedy } = await found(data, "database");
    assert.equal(state, "error");
    assert.match(message, /server\.db is damaged \(.+\)\.$/);
    assert.match(remedy!, /^Start the server: it keeps the file aside/);
  }
  assert.deepEqual(
    readdirSync(data).filter((name) => name.startsWith(".doctor") || name.includes("damaged")),
    [],
  );
});

test("what has the place of a folder, a wrong configuration and a token that others read are said with what to do", async (context) => {
  const data = temporaryFolder(context);
  writeFileSync(join(data, "values"), "");
  const folder = await found(data, "data folder");
  assert.deepEqual([folder.state, folder.remedy], ["error", "Remove the file, or give it another place."]);
  rmSync(join(data, "values"));
  writeFileSync(join(data, "config.json"), "{");
  assert.equal((await found(data, "configuration")).state, "error");
  if (process.platform === "win32") return;
  writeFileSync(join(data, "token"), "x".repeat(64));
  chmodSync(join(data, "token"), 0o644);
  const token = await found(data, "token");
  assert.deepEqual(
    [token.state, token.message],
    ["warning", `Other users of this machine may read ${join(data, "token")}.`],
  );
  chmodSync(join(data, "token"), 0o600);
  assert.equal((await found(data, "token")).state, "ok");
  writeFileSync(join(data, "token"), "");
  assert.equal((await found(data, "token")).state, "error");
});

test("a port is free, has a server of Clipwork, or another program", async (context) => {
  const data = temporaryFolder(context);
  let body = JSON.stringify({ version: "1.2.3" });
  let status = 200;
  const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, "127.0.0.1");
  context.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  assert.equal((await found(data, "port", port)).message, `A server of Clipwork 1.2.3 is at ${port}.`);
  [status, body] = [401, JSON.stringify({ detail: "No token.", remedy: "Open the address that was printed." })];
  assert.equal((await found(data, "port", port)).message, `A server of Clipwork is at ${port}; it asks for a token.`);
  [status, body] = [401, "{}"];
  assert.equal((await found(data, "port", port)).state, "warning");
  [status, body] = [200, "hello"];
  const { state, message } = await found(data, "port", port);
  assert.deepEqual([state, message], ["warning", `Another program has port ${port}.`]);
  assert.equal((await found(data, "port")).state, "ok");
});

test("each node pack is loaded in a process of its own, and those that fail are named", async (context) => {
  const data = temporaryFolder(context);
  const pack = (name: string, text: string) => {
    mkdirSync(join(data, name));
    writeFileSync(
      join(data, name, "package.json"),
      JSON.stringify({ name, version: "1.0.0", type: "module", exports: "./index.js" }),
    );
    writeFileSync(join(data, name, "index.js"), text);
  };
  assert.equal((await found(data, "node packs")).message, "There are none.");
  pack("good", "export const nodes = [];");
  pack("bad", "process.exit(3);");
  pack("worse", 'throw new Error("no such thing");');
  const configure = (...nodePacks: string[]) => writeFileSync(join(data, "config.json"), JSON.stringify({ nodePacks }));
  configure("./good", "./bad", "./worse");
  const { state, message, remedy } = await found(data, "node packs");
  assert.equal(state, "warning");
  assert.match(message, /bad is not used: it ended the process .*code 3.*worse is not used: no such thing/);
  assert.match(remedy!, /docs\/node-packs\.md/);
});
