import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeError } from "@clipwork/engine";
import sharp from "sharp";
import type { ImageValue } from "../kinds/image-value.ts";
import { toRgb8 } from "../kinds/pixels.ts";
import type { FolderFile } from "../stage/services.ts";
import { runNode } from "../testing/index.ts";
import { loadFolder } from "./load-folder.ts";

const png = (shade: number, width = 2) =>
  sharp({ create: { width, height: 2, channels: 3, background: { r: shade, g: shade, b: shade } } })
    .png()
    .toBuffer();
const fileOf = (name: string, bytes: Uint8Array): FolderFile => ({ name, read: async () => bytes });

async function load(files: readonly FolderFile[], params: object = {}, signal = new AbortController().signal) {
  const { outputs, progress } = await runNode(
    loadFolder,
    {},
    { folder: "x", ...params },
    { folders: { x: files }, signal },
  );
  const { images, names } = outputs as { images: readonly ImageValue[]; names: readonly string[] };
  return { images, names, progress };
}

test("gives each picture of the folder with its name, in their order", async () => {
  const { images, names, progress } = await load([fileOf("a.png", await png(10)), fileOf("b.png", await png(200, 3))]);
  assert.deepEqual(names, ["a.png", "b.png"]);
  assert.deepEqual(
    images.map((image) => [image.width, image.height, toRgb8(image).data[0]]),
    [
      [2, 2, 10],
      [3, 2, 200],
    ],
  );
  assert.deepEqual(progress, [
    [1, 2],
    [2, 2],
  ]);
});

test("scales and crops all to a square of one size", async () => {
  const { images } = await load([fileOf("a.png", await png(10)), fileOf("b.png", await png(200, 30))], { size: 8 });
  for (const { width, height } of images) assert.deepEqual([width, height], [8, 8]);
});

test("a file that is no picture is refused by name, with what to do", async () => {
  const files = [fileOf("a.png", await png(10)), fileOf("b.png", new Uint8Array(9))];
  await assert.rejects(load(files), (error) => {
    assert.ok(error instanceof NodeError && error.remedy, String(error));
    assert.match(error.message, /"b\.png" in "x" cannot be used: /);
    return true;
  });
});

test("is cancelled between two pictures", async () => {
  const controller = new AbortController();
  const bytes = await png(10);
  const read = async () => {
    controller.abort(new Error("enough"));
    return bytes;
  };
  let asked = false;
  const second: FolderFile = {
    name: "b.png",
    async read() {
      asked = true;
      return bytes;
    },
  };
  await assert.rejects(load([{ name: "a.png", read }, second], {}, controller.signal), /enough/);
  assert.equal(asked, false);
});
