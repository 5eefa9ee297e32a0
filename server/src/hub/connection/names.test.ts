import assert from "node:assert/strict";
import { test } from "node:test";
import { PackError } from "@clipwork/models";
import { isPlainName, isRepositoryId, readRepository, refuseHostileName } from "./names.ts";

const hub = new URL("https://hub.example/api-of-mine");
const read = (text: string, endpoint = new URL("https://huggingface.co")) => readRepository(text, endpoint);

test("a repository is named by itself, with a revision, or by the address of its page", () => {
  const karlo = { id: "kakaobrain/karlo-v1-alpha", revision: "main" };
  assert.deepEqual(read("kakaobrain/karlo-v1-alpha"), karlo);
  assert.deepEqual(read("kakaobrain/karlo-v1-alpha@refs/pr/3"), { ...karlo, revision: "refs/pr/3" });
  assert.deepEqual(read("https://huggingface.co/kakaobrain/karlo-v1-alpha/"), karlo);
  assert.deepEqual(read("https://huggingface.co/kakaobrain/karlo-v1-alpha/tree/v1.0"), { ...karlo, revision: "v1.0" });
  assert.deepEqual(read("https://hub.example/api-of-mine/a/b", hub), { id: "a/b", revision: "main" });
});

test("what is no repository is refused with the way to name one", () => {
  const bad = [
    "karlo",
    "a/b/c",
    "../b",
    "a/..",
    "a/b--c",
    "a/b@",
    "a/b@../../x",
    "a/b@-x",
    "a b/c",
    "a/b\0",
    "/etc/passwd",
  ];
  const addresses = [
    "https://huggingface.co/a",
    "https://huggingface.co/a/b/blob/main/x.bin",
    "https://huggingface.co/../x",
    "https://huggingface.co/a/b/tree/%",
  ];
  for (const text of [...bad, ...addresses])
    assert.throws(
      () => read(text),
      (error) => error instanceof PackError && /ORG\/NAME/.test(error.remedy),
      text,
    );
  for (const text of ["https://evil.example/a/b", "https://huggingface.co@evil.example/a/b", "file:///a/b"])
    assert.throws(() => read(text), /is not on the hub at https:\/\/huggingface\.co/, text);
  assert.equal(isRepositoryId("a/b"), true);
});

test("a name that could lead out of a folder is refused; one that is merely odd is left out", () => {
  const hostile = [
    "../x",
    "a/../x",
    "/etc/passwd",
    "a//b",
    "a\\..\\b",
    "C:x",
    "c:/x",
    "x\0.json",
    "a\nb",
    ".",
    "",
    "a/./b",
  ];
  for (const name of [...hostile, "a".repeat(501)])
    assert.throws(() => refuseHostileName(name, "o/n"), /o\/n has a file called .*outside its folder/, name);
  for (const name of ["model_index.json", "prior/config.json", "samples/my picture.png", "ünï.txt", ".gitattributes"])
    refuseHostileName(name, "o/n");
  for (const name of ["model_index.json", "prior/model-00001-of-00002.safetensors", "_x/y"])
    assert.ok(isPlainName(name));
  const devices = ["con/config.json", "NUL", "aux.safetensors", "prior/COM1.json", "prior/lpt9"];
  for (const name of ["console.json", "auxiliary/x", "prior/com10.json"]) assert.ok(isPlainName(name), name);
  const others = ["a".repeat(201), "a.", "prior/x.", "a/b/c"];
  for (const name of [...devices, ...others, "my picture.png", ".gitattributes", "a/.x", "-x", "ü", "モデル.json"])
    assert.ok(!isPlainName(name), name);
});
