import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { test } from "node:test";
import {
  circles,
  type Import,
  importsOf,
  isTest,
  packages,
  packageViolation,
  roomOf,
  rooms,
  roomViolation,
} from "./architecture.ts";

const root = join(import.meta.dirname, "..");

const sources = globSync("{client,engine,models,nodes,server,ui}/src/**/*.{ts,tsx}", { cwd: root }).map((file) =>
  file.split(sep).join("/"),
);
const imports = sources.flatMap((file) => importsOf(file, readFileSync(join(root, file), "utf8")));

test("every import is one that the table of packages allows", () => {
  for (const { folder } of packages) {
    assert.ok(
      imports.some(({ file }) => file.startsWith(`${folder}/`)),
      `the check saw no import at all in ${folder}: is it reading the right files?`,
    );
  }
  assert.deepEqual(imports.map(packageViolation).filter(Boolean), []);
});

test("every source lies in a room, and rooms import only from floors below", () => {
  for (const [name, floors] of Object.entries(rooms))
    for (const room of floors.flat())
      assert.ok(
        sources.some((file) => roomOf(file) === `${name}/${room}`),
        `${name}/src/${room} has no file: the table of floors names a room that is gone`,
      );
  assert.deepEqual(imports.map(roomViolation).filter(Boolean), []);
});

test("no file imports itself through others, types included", () => {
  assert.deepEqual(circles(imports), []);
});

test("no room of the server has more than 12 sources", () => {
  const sizes = new Map<string, number>();
  for (const file of sources) {
    const folder = file.slice(0, file.lastIndexOf("/"));
    if (folder.startsWith("server/src/") && !isTest(file)) sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  }
  assert.ok(sizes.size >= 10, `only ${sizes.size} rooms were seen`);
  assert.deepEqual(
    [...sizes].filter(([, size]) => size > 12),
    [],
  );
});

test("planted imports of packages are found", () => {
  const planted = [
    ["engine/src/run/run.ts", `import { readFile } from "node:fs";`],
    ["engine/src/run/run.ts", `import type { Pack } from "@clipwork/models";`],
    ["models/src/pack/pack.ts", `export {\n  x,\n} from "@clipwork/engine";`],
    ["models/src/pack/pack.ts", `import ort from "onnxruntime-node";`],
    ["nodes/src/clip/encode-text.ts", `import sharp from "sharp";`],
    ["nodes/src/clip/encode-text.ts", `const x = await import("@clipwork/models/onnx");`],
    ["nodes/src/clip/encode-text.ts", `import "../../../server/src/index.ts";`],
    ["server/src/cli/main.ts", `import express from "express";`],
    ["server/src/queue/dispatch/dispatcher.ts", `import { Server } from "socket.io";`],
    ["server/src/http/app.ts", `import sharp from "sharp";`],
    ["ui/src/app/main.tsx", `import { createServer } from "node:http";`],
    ["ui/src/app/main.tsx", `import { textPrompt } from "@clipwork/nodes";`],
    ["ui/src/app/main.tsx", `import { x } from "@clipwork/server/wire";`],
  ] as const;
  for (const [file, text] of planted)
    assert.notEqual(importsOf(file, text).map(packageViolation).find(Boolean), undefined, `${file}: ${text}`);
});

test("planted arrows between rooms are found, types included", () => {
  const planted = [
    ["engine/src/document/report.ts", `import { run } from "../run/run.ts";`, "up"],
    ["engine/src/values/entry.ts", `import type { RunEvent } from "../run/event.ts";`, "up"],
    ["models/src/pack/pack.ts", `import { y } from "../onnx/thread.ts";`, "up"],
    ["nodes/src/prior/diffusion.ts", `import { decode } from "../decoder/sample.ts";`, "sideways"],
    ["server/src/wire/wire.ts", `export type { Run } from "../queue/run-store.ts";`, "up"],
    ["server/src/artifacts/artifact-files.ts", `const x = await import("../http/app.ts");`, "up"],
    ["server/src/loose.ts", `import { x } from "./wire/wire.ts";`, "outside a room"],
  ] as const;
  for (const [file, text, what] of planted)
    assert.notEqual(importsOf(file, text).map(roomViolation).find(Boolean), undefined, `${what}: ${file}: ${text}`);
});

test("planted circles are found, types included", () => {
  const planted = (texts: Record<string, string>): Import[] =>
    Object.entries(texts).flatMap(([file, text]) => importsOf(file, text));
  const two = planted({
    "engine/src/run/one.ts": `import type { B } from "./other.ts";`,
    "engine/src/run/other.ts": `import { a } from "./one.ts";`,
  });
  assert.deepEqual(circles(two), ["engine/src/run/one.ts → engine/src/run/other.ts"]);
  const through = planted({
    "ui/src/a.ts": `import "./b.tsx";`,
    "ui/src/b.tsx": `export { c } from "./c.ts";`,
    "ui/src/c.ts": `const a = await import("./a.ts");`,
    "ui/src/d.ts": `import "./a.ts";`,
  });
  assert.deepEqual(circles(through), ["ui/src/a.ts → ui/src/b.tsx → ui/src/c.ts"]);
});

test("engine and models have no dependency beyond the table", () => {
  const dependencies = (name: string) =>
    Object.keys(
      (JSON.parse(readFileSync(join(root, name, "package.json"), "utf8")) as { dependencies?: object }).dependencies ??
        {},
    );
  assert.deepEqual(dependencies("engine"), []);
  assert.deepEqual(dependencies("models").sort(), ["@huggingface/tokenizers", "onnxruntime-node"]);
});
