import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");

/** Who may import whom (DESIGN, "Shape"). A rule for a folder goes before the rule for its package. */
const table: readonly { folder: string; may: readonly string[]; builtins: boolean }[] = [
  { folder: "engine/src", may: [], builtins: false },
  { folder: "models/src/onnx", may: ["onnxruntime-node"], builtins: true },
  { folder: "models/src", may: ["@huggingface/tokenizers"], builtins: true },
  { folder: "nodes/src/image", may: ["@clipwork/engine", "@clipwork/models", "sharp"], builtins: true },
  { folder: "nodes/src", may: ["@clipwork/engine", "@clipwork/models"], builtins: true },
  {
    folder: "server/src/http",
    may: [
      "@clipwork/engine",
      "@clipwork/nodes",
      "express",
      "express-rate-limit",
      "helmet",
      "pino",
      "prom-client",
      "socket.io",
      "swagger-ui-dist",
      "zod",
    ],
    builtins: true,
  },
  {
    folder: "server/src",
    may: [
      "@clipwork/engine",
      "@clipwork/models",
      "@clipwork/models/onnx",
      "@clipwork/nodes",
      "sharp",
      "commander",
      "cli-progress",
    ],
    builtins: true,
  },
  {
    folder: "ui/src",
    may: [
      "@clipwork/engine",
      "@clipwork/server/wire",
      "lucide-react",
      "react",
      "react-dom",
      "react-dom/client",
      "rete",
      "rete-area-plugin",
      "rete-connection-plugin",
      "socket.io-client",
    ],
    builtins: false,
  },
];

/** Packages of which only types may be imported. */
const typesOnly = ["@clipwork/server/wire"];

/** Tests may use these beside what their package may import. */
const forTests = ["@clipwork/engine/testing", "@clipwork/models/testing", "@clipwork/models/onnx", "fast-check"];

type Import = { file: string; target: string; types?: boolean };

/** `import … from "x"` and `export … from "x"`; `import "x"`; `import("x")`. */
const forms = [
  /^\s*(?:import|export)\s[\w\s*{},$]*?\bfrom\s*["']([^"']+)["']/gm,
  /^\s*import\s*["']([^"']+)["']/gm,
  /\bimport\s*\(\s*["']([^"']+)["']/g,
];

function importsOf(file: string, text: string): Import[] {
  return forms.flatMap((form) =>
    [...text.matchAll(form)].map((match) => ({ file, target: match[1]!, types: /^\s*import type\b/.test(match[0]) })),
  );
}

/** Why the import breaks the table, or undefined. */
function violation({ file, target, types }: Import): string | undefined {
  const rule = table.find(({ folder }) => file.startsWith(`${folder}/`));
  if (!rule) return `${file}: no rule covers this folder`;
  const forTest = /\.(test|contract)\.ts$|\/testing\.ts$/.test(file);
  if (target.startsWith(".")) {
    const reached = relative(root, resolve(root, dirname(file), target))
      .split(sep)
      .join("/");
    const [name] = file.split("/");
    const own = reached.startsWith(`${name}/src/`) || reached === `${name}/package.json`;
    if (!own && !forTest) return `${file}: ${target} leaves its package`;
    if (rule.folder === "models/src" && reached.startsWith("models/src/onnx/") && !forTest)
      return `${file}: models must not import models/onnx`;
    return undefined;
  }
  if (isBuiltin(target)) {
    return rule.builtins || forTest
      ? undefined
      : `${file}: its package uses no built-in module, but this imports ${target}`;
  }
  if (typesOnly.includes(target) && !types) return `${file}: may import no more than types from ${target}`;
  const allowed = forTest ? [...rule.may, ...forTests] : rule.may;
  return allowed.includes(target) ? undefined : `${file}: may not import ${target}`;
}

function allImports(): Import[] {
  const files = globSync("{engine,models,nodes,server,ui}/src/**/*.{ts,tsx}", { cwd: root }).map((file) =>
    file.split(sep).join("/"),
  );
  return files.flatMap((file) => importsOf(file, readFileSync(join(root, file), "utf8")));
}

test("every import is one that the table allows", () => {
  const imports = allImports();
  for (const { folder } of table) {
    assert.ok(
      imports.some(({ file }) => file.startsWith(`${folder}/`)),
      `the check saw no import at all in ${folder}: is it reading the right files?`,
    );
  }
  assert.deepEqual(imports.map(violation).filter(Boolean), []);
});

test("planted violations are found", () => {
  const planted = [
    ["engine/src/run.ts", `import { readFile } from "node:fs";`],
    ["engine/src/run.ts", `import type { Pack } from "@clipwork/models";`],
    ["models/src/pack.ts", `export {\n  x,\n} from "@clipwork/engine";`],
    ["models/src/pack.ts", `import { y } from "./onnx/thread.ts";`],
    ["models/src/pack.ts", `import ort from "onnxruntime-node";`],
    ["nodes/src/clip/encode-text.ts", `import sharp from "sharp";`],
    ["nodes/src/clip/encode-text.ts", `const x = await import("@clipwork/models/onnx");`],
    ["nodes/src/clip/encode-text.ts", `import "../../../server/src/index.ts";`],
    ["server/src/cli/main.ts", `import express from "express";`],
    ["server/src/host/dispatcher.ts", `import { Server } from "socket.io";`],
    ["server/src/http/app.ts", `import sharp from "sharp";`],
    ["ui/src/main.tsx", `import { createServer } from "node:http";`],
    ["ui/src/main.tsx", `import { textPrompt } from "@clipwork/nodes";`],
    ["ui/src/main.tsx", `import { x } from "@clipwork/server/wire";`],
  ] as const;
  for (const [file, text] of planted) {
    assert.notEqual(importsOf(file, text).map(violation).find(Boolean), undefined, `${file}: ${text}`);
  }
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
