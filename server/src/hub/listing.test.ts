import assert from "node:assert/strict";
import { test } from "node:test";
import { PackError } from "@clipwork/models";
import { parseListing } from "./listing.ts";

const repository = { id: "o/n", revision: "main" };
const sha = "a".repeat(40);
const whole = { rfilename: "config.json", size: 3, blobId: "b".repeat(40) };
const large = {
  rfilename: "model.safetensors",
  size: 9,
  blobId: "c".repeat(40),
  lfs: { sha256: "d".repeat(64), size: 9 },
};
const parse = (json: unknown) =>
  parseListing(typeof json === "string" ? json : JSON.stringify(json), repository, "hub.example");

test("files are listed with their sizes and hashes, and the licence with its link", () => {
  const cardData = { license: "other", license_name: "stabilityai", license_link: "https://x.example/l" };
  const { commit, files, licence } = parse({ sha, siblings: [whole, large], cardData });
  assert.equal(commit, sha);
  assert.deepEqual(files.get("config.json"), { path: "config.json", bytes: 3, git: whole.blobId });
  assert.deepEqual(files.get("model.safetensors"), { path: "model.safetensors", bytes: 9, sha256: large.lfs.sha256 });
  assert.deepEqual(licence, { name: "stabilityai", link: "https://x.example/l" });
  assert.deepEqual(parse({ sha, siblings: [] }).licence, {});
});

test("a hash of an odd form is none, so that its file is not taken unchecked", () => {
  const { files } = parse({ sha, siblings: [{ rfilename: "x", size: 1, blobId: "../x", lfs: { sha256: 7 } }] });
  assert.deepEqual(files.get("x"), { path: "x", bytes: 1 });
});

const odd: readonly [what: string, json: unknown, message: RegExp][] = [
  ["no JSON", "<html>", /its answer is not JSON/],
  ["a list", [], /its answer is not JSON/],
  ["no commit", { siblings: [] }, /it names no commit/],
  ["a commit that is a path", { sha: "../x", siblings: [] }, /it names no commit/],
  ["no files", { sha }, /it lists no files, or too many/],
  ["a file twice", { sha, siblings: [whole, whole] }, /it lists config\.json twice/],
  ["a file without a name", { sha, siblings: [{ size: 1 }] }, /a file has no name/],
  ["a file without a size", { sha, siblings: [{ rfilename: "x" }] }, /it gives x the size of nothing/],
  ["a negative size", { sha, siblings: [{ rfilename: "x", size: -1 }] }, /it gives x the size -1/],
  ["a size that is no number", { sha, siblings: [{ rfilename: "x", size: "9" }] }, /it gives x the size "9"/],
  ["a size beyond all", { sha, siblings: [{ rfilename: "x", size: 2 ** 50 }] }, /it gives x the size 1125899906842624/],
];
for (const [what, json, message] of odd)
  test(`an answer with ${what} is refused as odd`, () => {
    assert.throws(
      () => parse(json),
      (error) =>
        error instanceof PackError && message.test(error.message) && /hub\.example describes o\/n/.test(error.message),
    );
  });
