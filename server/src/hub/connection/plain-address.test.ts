import assert from "node:assert/strict";
import { test } from "node:test";
import { PackError } from "@clipwork/models";
import { addressText, type PlainAddress, readSource } from "./plain-address.ts";

const hub = new URL("https://huggingface.co");
const read = (text: string) => readSource(text, hub);
const plain = (text: string): PlainAddress => {
  const source = read(text);
  assert.ok("folder" in source, text);
  return source;
};

test("what is on the hub is a repository of it, any other address a folder or one file of weights", () => {
  assert.deepEqual(read("o/n"), { id: "o/n", revision: "main" });
  assert.deepEqual(read("https://huggingface.co/o/n"), { id: "o/n", revision: "main" });
  for (const text of ["https://x.example/models/karlo", "https://x.example/models/karlo///"])
    assert.deepEqual(plain(text), { folder: new URL("https://x.example/models/karlo/") });
  const file = plain("http://x.example:8080/m/ECLIPSE.safetensors");
  assert.deepEqual(file, { folder: new URL("http://x.example:8080/m/"), file: "ECLIPSE.safetensors" });
  assert.deepEqual(plain("https://x.example"), { folder: new URL("https://x.example/") });
});

test("an address is called as users write it", () => {
  for (const text of ["https://x.example/models/karlo", "https://x.example/m/model.safetensors", "https://x.example"])
    assert.equal(addressText(plain(text)), text);
  assert.equal(addressText(plain("https://x.example/a/../b//")), "https://x.example/b");
});

test("an address with a secret in it, too long a one and an odd file are refused, and the secret is not repeated", () => {
  for (const text of [
    "https://me:secret@x.example/m",
    "https://x.example/m?sig=secret",
    "https://x.example/m#secret",
    "https://x.example/..%2f..%2fx.safetensors",
    "https://x.example/%00.safetensors",
    "https://x.example/ü.safetensors",
    `https://x.example/${"a".repeat(400)}`,
  ])
    assert.throws(
      () => read(text),
      (error) => error instanceof PackError && error.remedy !== "" && !/secret/.test(error.message),
      text,
    );
  for (const text of ["file:///etc/passwd", "ftp://x.example/m"]) assert.throws(() => read(text), /is not on the hub/);
});
