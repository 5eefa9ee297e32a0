import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { knownSpaces } from "../installed/known-spaces.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { packName } from "./pack-name.ts";

const randomPack = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "random-pack");

test("a pack is named as its folder, and a version in a hub's cache as its repository", () => {
  const names = {
    "/weights/Karlo v1.0_alpha": "karlo-v1-0-alpha",
    "karlo/": "karlo",
    "/weights/2.1-unclip": "unclip",
    "/weights/2.1": "imported",
    "/hub/models--kakaobrain--karlo-v1-alpha/snapshots/8a1b": "karlo-v1-alpha",
    "/hub/other/snapshots/a1b2": "a1b2",
  };
  for (const [folder, name] of Object.entries(names)) assert.equal(packName(folder), name, folder);
});

test("packs say in which space the captions of a text lie; one that is damaged says nothing", async (context) => {
  const root = temporaryFolder(context);
  cpSync(randomPack, join(root, "random-pack"), { recursive: true });
  for (const [name, text] of [
    ["a-broken", "{"],
    ["a-wrong", "{}"],
  ] as const) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, "manifest.json"), text);
  }
  const spaces = [...(await knownSpaces([root]))];
  assert.equal(spaces.length, 1);
  assert.match(spaces[0]!.join(" "), /^[0-9a-f]{64} [0-9a-f]{64}$/);
});
