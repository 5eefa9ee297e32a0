import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { findFiles } from "./file-library.ts";

const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: "#abc" } })
  .png()
  .toBuffer();
const other = await sharp({ create: { width: 2, height: 2, channels: 3, background: "#123" } })
  .png()
  .toBuffer();

/** A folder "pictures" in a place, with these files. */
function folderOf(context: TestContext, files: { readonly [name: string]: Uint8Array | string }): string {
  const place = temporaryFolder(context);
  mkdirSync(join(place, "pictures"));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(place, "pictures", name), bytes);
  return place;
}

async function find(place: string, name = "pictures") {
  const found = await findFiles([name], new Set([name]), [place]);
  return found[name]!;
}

test("a folder has its pictures by name; hidden files, others, links and folders in it are passed over", async (context) => {
  const place = folderOf(context, {
    "b.PNG": picture,
    "a.png": other,
    ".hidden.png": "no picture",
    "notes.txt": "text",
  });
  const folder = join(place, "pictures");
  mkdirSync(join(folder, "inner.png"));
  symlinkSync(join(folder, "a.png"), join(folder, "link.png"));
  const found = await find(place);
  assert.ok("digest" in found && found.path === folder, JSON.stringify(found));
  assert.deepEqual(
    found.entries?.map(({ name, path }) => [name, path]),
    [
      ["a.png", join(folder, "a.png")],
      ["b.PNG", join(folder, "b.PNG")],
    ],
  );
});

test("an array is a file too, and is proved to be whole; what it is called says nothing", async (context) => {
  const bytes = Buffer.alloc(128 + 8, " ");
  bytes.write("\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", "latin1");
  bytes.fill(0, 128);
  const place = folderOf(context, { "set.npy": bytes, "cut.npy": bytes.subarray(0, 130), "text.npy": "text" });
  const found = async (name: string) => {
    const path = join("pictures", name);
    return (await findFiles([path], new Set(), [place]))[path]!;
  };
  assert.deepEqual(Object.keys(await found("set.npy")).sort(), ["digest", "path"]);
  const messageOf = (one: object) => ("message" in one ? String(one.message) : "");
  assert.match(
    messageOf(await found("cut.npy")),
    /cut\.npy: its shape .* takes 8 bytes of numbers, and there are 2\.$/,
  );
  assert.match(messageOf(await found("text.npy")), /text\.npy: /);
});

test("a folder's digest is of the names and contents of its pictures, and of nothing else", async (context) => {
  const digest = async (files: { readonly [name: string]: Uint8Array | string }) => {
    const found = await find(folderOf(context, files));
    assert.ok("digest" in found);
    return found.digest;
  };
  const base = await digest({ "a.png": picture, "b.png": other });
  assert.equal(await digest({ "a.png": picture, "b.png": other, "notes.txt": "" }), base);
  const changed = [{ "a.png": other, "b.png": picture }, { "a.png": picture, "c.png": other }, { "a.png": picture }];
  assert.equal(new Set([base, ...(await Promise.all(changed.map(digest)))]).size, 4);
});

const refusals: readonly [what: string, files: { readonly [name: string]: string | Uint8Array }, message: RegExp][] = [
  ["a folder without pictures", { "notes.txt": "text" }, /There is no picture in the folder .*pictures\./],
  ["a picture that cannot be read", { "a.png": picture, "b.png": "text" }, /b\.png: it is not a whole picture/],
];
for (const [what, files, message] of refusals)
  test(`refuses ${what}, with what to do`, async (context) => {
    const found = await find(folderOf(context, files));
    assert.ok("message" in found && found.remedy);
    assert.match(found.message, message);
  });

test("refuses a folder that is not there, one that is a file, and one picture that is too large", async (context) => {
  const place = folderOf(context, { "a.png": picture });
  const message = async (name: string) => {
    const found = await find(place, name);
    return "message" in found ? found.message : "";
  };
  assert.match(await message("elsewhere"), /There is no folder .*elsewhere/);
  assert.match(await message("pictures/a.png"), /a\.png cannot be read as a folder: ENOTDIR/);
  truncateSync(join(place, "pictures", "a.png"), 101 * 1024 * 1024);
  assert.match(await message("pictures"), /a\.png has 101 MB; at most 100 MB are read/);
});

test("a name that is a whole path is not said again", async (context) => {
  const place = temporaryFolder(context);
  const name = join(place, "none.png");
  const found = await findFiles([name, "none.png"], new Set([name]), [place]);
  assert.deepEqual(found[name], {
    message: "There is no such folder.",
    remedy: "Check the path, or put the folder there.",
  });
  assert.ok("message" in found["none.png"]! && found["none.png"].message === `There is no file ${name}.`);
});

test("a folder of which a picture cannot be looked at is refused by the picture's path", async (context) => {
  const [here, place] = [process.cwd(), temporaryFolder(context)];
  // A path may have 4,095 letters: the folder's has, and its picture's has more.
  let path = place;
  while (path.length < 4_090) {
    const name = "x".repeat(Math.min(200, 4_094 - path.length));
    process.chdir(path);
    mkdirSync(name);
    path = join(path, name);
  }
  process.chdir(path);
  writeFileSync("a.png", picture);
  try {
    const found = await find("/", path);
    assert.ok("message" in found && found.remedy, JSON.stringify(found).slice(0, 200));
    assert.match(found.message, /a\.png cannot be read: ENAMETOOLONG\.$/);
  } finally {
    unlinkSync("a.png");
    process.chdir(here);
  }
});

test("a file is found as before where a folder of its name is not asked for", async (context) => {
  const place = folderOf(context, { "a.png": picture });
  const found = await findFiles(["pictures", "pictures/a.png"], new Set(), [place]);
  assert.ok("message" in found.pictures! && /pictures is not a file/.test(found.pictures.message));
  assert.ok("digest" in found["pictures/a.png"]! && found["pictures/a.png"].entries === undefined);
});

test("C7: a file that a workflow of Windows names with backslashes is found, or named with all places", {
  skip: process.platform === "win32",
}, async (context) => {
  const place = folderOf(context, { "a.png": picture });
  const found = await findFiles(["pictures\\a.png", "pictures\\b.png"], new Set(), [place]);
  const there = found["pictures\\a.png"]!;
  assert.ok("digest" in there && there.path === join(place, "pictures", "a.png"));
  const gone = found["pictures\\b.png"]!;
  assert.ok("message" in gone && gone.message.includes(join(place, "pictures", "b.png")), JSON.stringify(gone));
  const odd = folderOf(context, {});
  writeFileSync(join(odd, "pictures\\a.png"), picture);
  const own = (await findFiles(["pictures\\a.png"], new Set(), [odd]))["pictures\\a.png"]!;
  assert.ok(
    "digest" in own && own.path === join(odd, "pictures\\a.png"),
    "a file that is really called so comes first",
  );
});
