import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { FileHashes, PackError } from "@clipwork/models";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import type { Hub } from "./connection/settings.ts";
import { type Ask, download } from "./download.ts";
import { clientOf, filesOf, startHub, startPlainServer } from "./hub.fixture.ts";
import type { Licence } from "./licence.ts";

const prior = "prior/diffusion_pytorch_model.safetensors";

async function start(context: TestContext) {
  const server = await startPlainServer(context);
  const hub = await startHub(context);
  const downloads = join(temporaryFolder(context), "downloads");
  const licences: Licence[] = [];
  const load = (sha256?: string, change: Partial<Hub> = {}, more: Partial<Ask> = {}) =>
    download(clientOf(hub, { token: "hf_secret", hosts: [], ...change }), {
      ...{ source: { folder: new URL(`${server.folder}/`), sha256 }, downloads, hashes: new FileHashes() },
      accepts: async (licence) => licences.push(licence) > 0,
      onProgress: () => {},
      signal: new AbortController().signal,
      ...more,
    });
  const refused = async (message: RegExp, ...given: Parameters<typeof load>) => {
    const error = await load(...given).then(
      () => assert.fail("it was not refused"),
      (error: unknown) => error,
    );
    assert.ok(error instanceof PackError, String(error));
    assert.match(error.message, message);
    return error.remedy;
  };
  const left = () => (existsSync(downloads) ? readdirSync(downloads) : []);
  const weightsAsked = () => server.asked.filter(({ path, range }) => /rs$/.test(path) && range !== "bytes=0-0");
  return { server, hub, licences, load, refused, left, weightsAsked };
}

test("a folder comes with its list of hashes, whose own hash the user named; the token stays at home", async (context) => {
  const { server, hub, licences, load } = await start(context);
  server.files.set("notes/odd name.png", Buffer.from("a picture that no import reads"));
  server.files.set("safety_checker/model.safetensors", Buffer.from("nor this"));
  const sha256 = server.list();
  const { staging, origin } = await load(sha256);
  for (const [path, content] of filesOf("small-karlo"))
    assert.deepEqual(readFileSync(join(staging.files, path)), content, path);
  assert.deepEqual([origin.from, origin.revision], [`${server.folder}/`, sha256]);
  assert.deepEqual([licences[0]!.name, licences[0]!.page], ["creativeml-openrail-m", `${server.folder}/`]);
  assert.ok(!existsSync(join(staging.files, "safety_checker")));
  assert.deepEqual([hub.asked, server.asked.filter(({ authorization }) => authorization)], [[], []]);
});

test("without the hash of the list, or with another, no weights come; the hash that was found is shown", async (context) => {
  const { server, refused, left, weightsAsked } = await start(context);
  const sha256 = server.list();
  assert.match(await refused(/small-karlo\/SHA256SUMS has the sha256 .* not said/), new RegExp(`--sha256 ${sha256}`));
  await refused(/has the sha256 [0-9a-f]{64}, not 0{64}/, "0".repeat(64));
  server.files.delete("SHA256SUMS");
  assert.match(await refused(/has no SHA256SUMS/, sha256), /sha256sum/);
  assert.deepEqual([weightsAsked(), left()], [[], []]);
});

test("a file that is not what the list says is refused by name, and nothing is left", async (context) => {
  const { server, refused, left } = await start(context);
  const sha256 = server.list();
  const swapped = Buffer.from(server.files.get(prior)!);
  swapped[swapped.length - 1]! ^= 1;
  server.files.set(prior, swapped);
  await refused(/prior\/diffusion_pytorch_model\.safetensors of http.*does not have the hash/, sha256);
  server.files.delete(prior);
  await refused(/small-karlo does not have prior\/diffusion_pytorch_model\.safetensors/, sha256);
  assert.deepEqual(left(), []);
});

test("a list with hostile names, twice the same one, or of another form is refused", async (context) => {
  const { server, refused, left } = await start(context);
  server.list();
  const list = server.files.get("SHA256SUMS")!.toString();
  const zeros = "0".repeat(64);
  for (const [line, message] of [
    [`${zeros}  ../x.json\n`, /could be written outside its folder/],
    [`${zeros}  /etc/x.json\n`, /could be written outside its folder/],
    [`${zeros}  C:\\x.json\n`, /could be written outside its folder/],
    [`${zeros}  ${"a".repeat(501)}\n`, /could be written outside its folder/],
    [`${zeros}  ${prior}\n`, /names prior.* twice/],
    ["<html>\n", /has the line "<html>"/],
    [`\\${zeros}  a\\nb\n`, /has the line/],
    [Array.from({ length: 501 }, (_, i) => `${zeros}  ${i}.json\n`).join(""), /names more than 500 files/],
  ] as const) {
    const text = Buffer.from(list + line);
    server.files.set("SHA256SUMS", text);
    await refused(message, hash("sha256", text));
  }
  assert.deepEqual(left(), []);
});

test("an empty file comes as well, whatever a server says of its first byte", async (context) => {
  for (const unsatisfied of [{}, { "content-range": "bytes */0" }]) {
    const { server, load } = await start(context);
    server.unsatisfied = unsatisfied;
    server.files.set("tokenizer/merges.txt", Buffer.alloc(0));
    const { staging } = await load(server.list());
    assert.deepEqual(readFileSync(join(staging.files, "tokenizer", "merges.txt")), Buffer.alloc(0));
  }
});

test("a server that says neither how long a file is nor that it is empty is asked again, then given up", async (context) => {
  const { server, refused } = await start(context);
  server.unsatisfied = { "content-range": "bytes */5" };
  server.files.set("tokenizer/merges.txt", Buffer.alloc(0));
  await refused(/does not say how long tokenizer\/merges\.txt is, 5 times in a row/, server.list());
});

test("a transfer that breaks goes on where it stopped", async (context) => {
  const { server, load, weightsAsked } = await start(context);
  const sha256 = server.list();
  server.cuts.push(10_000, 7_000);
  await load(sha256);
  assert.deepEqual(
    weightsAsked()
      .slice(0, 3)
      .map(({ range }) => range),
    [undefined, "bytes=10000-", "bytes=17000-"],
  );
});

test("another host that it redirects to has to be named first", async (context) => {
  const { server, load, refused, left } = await start(context);
  const other = await startPlainServer(context);
  server.redirect = (path) => (path.endsWith(".safetensors") ? `${other.folder}/${path}` : undefined);
  const sha256 = server.list();
  assert.match(await refused(/sent the download to 127.0.0.1:\d+, which is not a host/, sha256), /--allow-host/);
  server.redirect = (path) => (path.endsWith(".safetensors") ? "http://10.0.0.1/x" : undefined);
  await refused(/which is 10\.0\.0\.1, an address of a private network/, sha256, { hosts: ["10.0.0.1"] });
  assert.deepEqual(left(), []);
  server.redirect = (path) => (path.endsWith(".safetensors") ? `${other.folder}/${path}` : undefined);
  await load(sha256, { hosts: [other.host] });
});

test("one file of weights comes by its own hash, with the texts that lie beside it", async (context) => {
  const { server, load, refused, left, weightsAsked } = await start(context);
  server.files.clear();
  for (const [path, content] of filesOf("small-eclipse")) server.files.set(path, content);
  const weights = [...server.files.keys()].find((path) => path.endsWith(".safetensors"))!;
  const source = { folder: new URL(`${server.folder}/`), file: weights };
  assert.match(await refused(/Nothing says which hash/, undefined, {}, { source }), /--sha256/);
  const wrong = { source: { ...source, sha256: "0".repeat(64) } };
  await refused(/does not have the hash/, undefined, {}, wrong);
  assert.deepEqual([weightsAsked().length, left()], [1, []]);
  const sha256 = hash("sha256", server.files.get(weights)!);
  const { staging } = await load(undefined, {}, { source: { ...source, sha256 } });
  for (const [path, content] of server.files) assert.deepEqual(readFileSync(join(staging.files, path)), content, path);
  const texts = { source: { ...source, sha256 } };
  server.files.delete("config.json");
  await refused(/is no checkpoint that can be read: it has none of/, undefined, {}, texts);
});

test("offline nothing is asked, and a server that refuses is reported as it is", async (context) => {
  const { server, refused } = await start(context);
  await refused(/HF_HUB_OFFLINE is set/, "0".repeat(64), { offline: true });
  assert.deepEqual(server.asked, []);
});
