// What the sources of the packages may not hold, whoever wrote them. A check that finds nothing is proved by planted lines.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join, sep } from "node:path";
import { test } from "node:test";
import { type Node, parse } from "acorn";
import { full } from "acorn-walk";
import { analyse } from "scslre";

const root = join(import.meta.dirname, "..");
const sources = globSync("{engine,models,nodes,server}/src/**/*.ts", { cwd: root })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => !/\.(test|fixture|contract)\.ts$/.test(file))
  .sort();

/** Regular expressions that take longer than their text, and what bounds that text. */
const bounded: Readonly<Record<string, string>> = {
  "engine/src/expansion/lengths-in-words.ts": "names of ports that the flattener made",
  "models/src/onnx/numerics.ts": "what the system says of its processor",
  "nodes/src/image/decode-picture.ts": "a line of libvips",
  "server/src/backup/tar.ts": "a field of a header",
  "server/src/bucket/address.ts": "the length of an address in the configuration",
  "server/src/files/file-name.ts": "60 characters",
  "server/src/http/audit/audit.ts": "the paths of routes",
  "server/src/http/openapi.ts": "the paths of routes",
  "server/src/hub/connection/plain-address.ts": "the length of an address",
  "server/src/hub/connection/settings.ts": "the length of an address in the environment",
  "server/src/outputs/diff-workflows.ts": "names of ports that the flattener made",
  "server/src/packs/pack-name.ts": "the length of a file's name",
};

/** The places of a module where text becomes code, and its regular expressions that can be made to run for long. */
function findings(text: string): { readonly code: readonly string[]; readonly slow: readonly string[] } {
  const code: string[] = [];
  const slow: string[] = [];
  full(parse(stripTypeScriptTypes(text), { ecmaVersion: "latest", sourceType: "module" }), (any) => {
    const node = any as Node & Fields;
    if (node.type === "Identifier" && (node.name === "eval" || node.name === "Function")) code.push(node.name);
    if (node.type === "ImportExpression" && node.source?.type !== "Literal") code.push("import");
    if (node.type === "ImportDeclaration" && /^(node:)?vm$/.test(String(node.source?.value))) code.push("vm");
    if (!node.regex) return;
    const { reports } = analyse(new RegExp(node.regex.pattern, node.regex.flags));
    if (reports.length > 0) slow.push(`/${node.regex.pattern}/${reports.some(({ exponential }) => exponential)}`);
  });
  return { code, slow };
}

/** Of a syntax node what is looked at. */
type Fields = {
  readonly name?: string;
  readonly source?: Node & { readonly value?: unknown };
  readonly regex?: { readonly pattern: string; readonly flags: string };
};

const found = sources.map((file) => ({ file, ...findings(readFileSync(join(root, file), "utf8")) }));

test("no text becomes code: only node packs, which the owner named, are imported by a computed name (case 33)", () => {
  assert.ok(sources.length > 500, `${sources.length} sources`);
  const places = found.filter(({ code }) => code.length > 0).map(({ file, code }) => `${file}: ${code}`);
  assert.deepEqual(places, ["server/src/installed/node-pack.ts: import"]);
});

test("a regular expression takes as long as its text, or its text is bounded (case 31)", () => {
  const places = found.filter(({ slow }) => slow.length > 0);
  assert.deepEqual(
    places.flatMap(({ slow }) => slow).filter((one) => one.endsWith("/true")),
    [],
    "exponential",
  );
  assert.deepEqual(
    places.map(({ file }) => file),
    Object.keys(bounded).sort(),
  );
});

test("planted code and slow expressions are found", () => {
  for (const line of ['eval("1")', 'new Function("1")', "import(name)", 'import vm from "node:vm"'])
    assert.equal(findings(line).code.length, 1, line);
  assert.deepEqual(findings("export const pattern: RegExp = /^(a+)+$/;").slow, ["/^(a+)+$/true"]);
  assert.deepEqual(findings("text.replace(/ +$/, '')").slow, ["/ +$/false"]);
});
