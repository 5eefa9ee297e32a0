import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { below, fileAddress, folderAt, hubOf, pageOf } from "./settings.ts";

test("without variables it is the usual hub, with its own hosts and no token", () => {
  const { endpoint, token, offline, hosts, cache } = hubOf([], {});
  assert.deepEqual([endpoint.href, token, offline], ["https://huggingface.co/", undefined, false]);
  assert.ok(hosts.includes(".hf.co"));
  assert.ok(cache.endsWith(join(".cache", "huggingface", "hub")));
});

test("variables of huggingface_hub count, the closest first", () => {
  const { endpoint, token, offline } = hubOf([], {
    HF_ENDPOINT: "https://x.example/hf/",
    HF_TOKEN: " t ",
    HF_HUB_OFFLINE: "yes",
  });
  assert.deepEqual([endpoint.href, token, offline], ["https://x.example/hf", "t", true]);
  assert.equal(below({ endpoint }, "a/b").href, "https://x.example/hf/a/b");
  assert.equal(below(hubOf([], {}), "a/b").href, "https://huggingface.co/a/b");
  const all = { XDG_CACHE_HOME: "/xdg", HF_HOME: "/home", HF_HUB_CACHE: "/cache" };
  assert.equal(hubOf([], all).cache, "/cache");
  assert.equal(hubOf([], { ...all, HF_HUB_CACHE: "" }).cache, join("/home", "hub"));
  assert.equal(hubOf([], { XDG_CACHE_HOME: "/xdg" }).cache, join("/xdg", "huggingface", "hub"));
});

test("a folder's page is its address with one slash at the end, at the root of a host too", () => {
  for (const folder of ["https://x.example/", "https://x.example/models/karlo/"]) {
    const hub = folderAt(hubOf([], {}), { folder: new URL(folder) });
    assert.equal(pageOf(hub, ""), folder);
    assert.equal(fileAddress(hub, { id: "", commit: "" }, "a/b c").href, `${folder}a/b%20c`);
  }
});

test("more hosts are those of the configuration", () => {
  assert.ok(hubOf(["cdn.example.org"], {}).hosts.includes("cdn.example.org"));
});

test("an endpoint that is no address, or has more than one, is refused, and a token that cannot be sent", () => {
  for (const HF_ENDPOINT of [
    "huggingface.co",
    "ftp://x",
    "https://u:p@x.example",
    "https://x.example/?a=b",
    "https://x.example/#a",
  ])
    assert.throws(() => hubOf([], { HF_ENDPOINT }), /which is not the address of a hub/, HF_ENDPOINT);
  for (const HF_TOKEN of ["a b", "a\nb", "ä"]) assert.throws(() => hubOf([], { HF_TOKEN }), /HF_TOKEN is no token/);
});
