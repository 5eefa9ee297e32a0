import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { PackError } from "@clipwork/models";
import { clientOf, type FakeHub, startHub } from "../hub.fixture.ts";
import { readText } from "./read-text.ts";
import { Broken, get, reachesFrom } from "./request.ts";
import { below, type Hub } from "./settings.ts";

const file =
  "someone/small-karlo/resolve/0123456789abcdef0123456789abcdef01234567/prior/diffusion_pytorch_model.safetensors";
const { signal } = new AbortController();

async function start(context: TestContext) {
  const hub = await startHub(context);
  const ask = async (change: Partial<Hub> = {}) => {
    const client = clientOf(hub, change);
    return get(client, below(client, file), { signal });
  };
  const refused = async (message: RegExp, change: Partial<Hub> = {}) => {
    const error = await ask(change).catch((error: unknown) => error);
    assert.ok(error instanceof PackError, String(error));
    assert.match(error.message, message);
    return error;
  };
  return { hub, ask, refused };
}

/** That nothing but the hub itself was asked. */
const onlyHub = ({ asked }: FakeHub) =>
  assert.deepEqual(
    asked.filter(({ host }) => host !== "hub"),
    [],
  );

test("a redirect to a host that is not allowed is refused by its name, and that host is not asked", async (context) => {
  const { hub, refused } = await start(context);
  const { remedy } = await refused(/^127\.0\.0\.1:\d+ sent the download to 127\.0\.0\.1:\d+, which is not a host/, {
    hosts: [],
  });
  assert.match(remedy, /"hubHosts"/);
  hub.redirect = () => "http://127.0.0.1:9/x";
  await refused(/to 127\.0\.0\.1:9, which is not a host/);
  hub.redirect = () => "http://evil.example/x";
  await refused(/to evil\.example, which is not a host/, {
    hosts: [".example.org", "vil.example", "evil.example.org"],
  });
  onlyHub(hub);
});

test("a host that may be asked and means a private address is refused, however that address is written", async (context) => {
  const { hub, refused } = await start(context);
  hub.redirect = () => "http://cdn.example/x";
  for (const address of [
    "169.254.169.254",
    "10.0.0.1",
    "192.168.1.1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "0.0.0.0",
    "fe80::1",
  ])
    await refused(/to cdn\.example, which is .*, an address/, {
      hosts: ["cdn.example"],
      resolve: async () => [address],
    });
  await refused(/which is 10\.0\.0\.1, an address of a private network/, {
    hosts: ["cdn.example"],
    resolve: async () => ["127.0.0.1", "10.0.0.1"],
  });
  for (const address of ["169.254.169.254", "[::ffff:a9fe:a9fe]", "0x0a000001"]) {
    hub.redirect = () => `http://${address}/latest/meta-data`;
    await refused(/link-local|private|own network|may not be asked/, { hosts: [new URL(hub.redirect("")).hostname] });
  }
  onlyHub(hub);
});

test("a hub of the internet may send nobody to this machine or its network, and a private one to its own alone", () => {
  assert.deepEqual(reachesFrom("public"), ["public"]);
  assert.deepEqual(reachesFrom("link-local"), ["public"]);
  assert.deepEqual(reachesFrom("reserved"), ["public"]);
  assert.deepEqual(reachesFrom("private"), ["public", "private"]);
  assert.deepEqual(reachesFrom("loopback"), ["public", "loopback"]);
});

test("a name is resolved once for a connection, which goes to the address that was checked", async (context) => {
  const { hub, ask } = await start(context);
  const [, port] = hub.filesHost.split(":");
  hub.redirect = (sha256) => `http://files.example:${port}/blobs/${sha256}`;
  const resolved: string[] = [];
  const answer = await ask({
    hosts: [`files.example:${port}`],
    // The second answer would be another address, as of a name that is made to change.
    resolve: async (name) => (resolved.push(name) === 1 ? ["127.0.0.1"] : ["10.0.0.1"]),
  });
  answer.body.destroy();
  assert.deepEqual([answer.body.statusCode, resolved], [200, ["files.example"]]);
});

test("a secure hub is not left for an insecure address", async (context) => {
  const { hub } = await start(context);
  hub.redirect = (sha256) => `http://${hub.filesHost}/blobs/${sha256}`;
  const client = clientOf(hub, { endpoint: new URL("https://hub.example") });
  const begun = get(client, new URL(`${hub.endpoint}/${file}`), { signal });
  await assert.rejects(begun, /^PackError: hub\.example sent the download to .*, as http, which is not secure/);
  hub.redirect = () => `ftp://${hub.filesHost}/x`;
  await assert.rejects(get(clientOf(hub), below(clientOf(hub), file), { signal }), /as ftp, which is not secure/);
  hub.redirect = () => `http://user:word@${hub.filesHost}/x`;
  await assert.rejects(get(clientOf(hub), below(clientOf(hub), file), { signal }), /not secure/);
});

test("redirects in a circle come to an end", async (context) => {
  const { hub, refused } = await start(context);
  hub.redirect = () => `${hub.endpoint}/${file}`;
  await refused(/redirects more than 5 times/);
  hub.redirect = () => "http://";
  await refused(/redirects to what is no address/);
});

test("a host that is silent counts as broken after a while", async (context) => {
  const { hub, ask } = await start(context);
  hub.pauseMs = 60_000;
  const answer = await ask({ idleMs: 50 });
  await assert.rejects(readText(clientOf(hub), answer, 2 ** 30, signal), Broken);
  await assert.rejects(get(clientOf(hub), new URL("http://127.0.0.1:1/x"), { signal }), Error);
});

test("a host that drips the head of its answer is no more waited for than one that is silent", async (context) => {
  const server = createServer((socket) => {
    socket.write("HTTP/1.1 200 OK\r\nx-slow: ");
    const drip = setInterval(() => socket.write("a"), 5);
    socket.on("error", () => {}).on("close", () => clearInterval(drip));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { hub } = await start(context);
  const client = clientOf(hub, { endpoint, least: { bytes: 1, ms: 100 } });
  await assert.rejects(get(client, below(client, "x"), { signal }), (error: Error) => {
    assert.ok(error instanceof Broken);
    assert.match(error.message, /did not answer within 0\.1 seconds/);
    return true;
  });
});

test("an answer longer than may be is not read on", async (context) => {
  const { hub, ask } = await start(context);
  await assert.rejects(
    readText(clientOf(hub), await ask(), 1000, signal),
    /answered with more than .* where a short text was expected/,
  );
});
