import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { readLicenceOf } from "./licence.ts";
import type { Listing } from "./listing.ts";

const page = "https://hub.example/o/n";
const listing = (licence: Listing["licence"], ...paths: string[]): Listing => ({
  ...{ repository: { id: "o/n", revision: "main" }, commit: "a".repeat(40), licence },
  files: new Map(paths.map((path) => [path, { path, bytes: 1 }])),
});

test("a licence is named by the hub, else by the model card, else it is said that nobody names it", async (context) => {
  const folder = temporaryFolder(context);
  const name = async (licence: Listing["licence"]) => (await readLicenceOf(listing(licence), folder, page)).name;
  assert.match(await name({}), /^not stated/);
  writeFileSync(join(folder, "README.md"), "---\nlicense: mit\n---\n");
  assert.deepEqual([await name({}), await name({ name: "apache-2.0" })], ["mit", "apache-2.0"]);
});

test("it can be read at its own address, or on the page; nothing but the web is an address", async (context) => {
  const folder = temporaryFolder(context);
  const at = async (link?: string) =>
    (await readLicenceOf(listing(link === undefined ? {} : { link }), folder, page)).page;
  assert.deepEqual(
    [await at("https://x.example/l"), await at(), await at("javascript:alert(1)"), await at("LICENSE.md")],
    ["https://x.example/l", page, page, page],
  );
});

test("its text is shown if it is among the files, as much of it as people read", async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, "LICENSE"), "x".repeat(300_000));
  const { text } = await readLicenceOf(listing({}, "LICENSE"), folder, page);
  assert.equal(text?.length, 100_000);
  assert.equal((await readLicenceOf(listing({}), folder, page)).text, undefined);
});
