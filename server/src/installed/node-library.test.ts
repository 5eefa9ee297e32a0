import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { kindsOf } from "@clipwork/engine";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { loadNodeLibrary } from "./node-library.ts";
import { loadNodePack } from "./node-pack.ts";

const example = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "node-pack-example");
const declaration = `{ type: "film.grain", version: 1, title: "Grain", summary: "Adds grain.", inputs: {}, outputs: {}, params: {}, stages: [], migrations: [], run: () => ({}) }`;

type Files = { readonly [name: string]: string };

/** A node pack in a folder of its own: a package.json and an index.js, unless told. */
function packIn(folder: string, files: Files): string {
  const all = { "package.json": `{ "name": "film", "version": "1.0.0", "type": "module" }`, ...files };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  return folder;
}

const module = (text: string): Files => ({ "index.js": text });
const nodes = (...declarations: string[]) => module(`export const nodes = [${declarations.join(", ")}];`);
const named = (name: string) => ({ "package.json": `{ "name": "${name}", "version": "1.0.0", "type": "module" }` });

const wrong: { readonly [title: string]: readonly [files: Files, reason: RegExp] } = {
  "no JSON": [{ "package.json": "{" }, /its package\.json is not JSON/],
  "no name": [{ "package.json": "{}" }, /no name and version/],
  "no object": [{ "package.json": "null" }, /no name and version/],
  "no module": [{}, /Cannot find module .*index\.js/],
  "module elsewhere": [
    { "package.json": `{ "name": "film", "version": "1", "main": "../x.js" }` },
    /not in its folder/,
  ],
  "throws on import": [module(`throw new Error("out of film\\nat line 7")`), /not used: out of film\.$/],
  "throws no error": [module(`throw undefined`), /not used: undefined\.$/],
  "syntax error": [module(`export const = 1`), /Unexpected token/],
  "no export": [module(`export default []`), /exports no list "nodes"/],
  "empty list": [nodes(), /exports no list "nodes"/],
  "no declaration": [nodes(declaration, "{}"), /nodes\[1\] was not made by defineNode/],
  "contradicts itself": [nodes(declaration.replace("version: 1", "version: 0")), /version has to be a whole number/],
  "declared twice": [nodes(declaration, declaration), /Two node types are called "film\.grain"/],
  "other group": [nodes(declaration.replace("film.", "grain.")), /"grain\.grain" is not called "film\.…"/],
  "our type": [nodes(declaration.replace("film.grain", "text.prompt")), /"text\.prompt" is not called "film\.…"/],
  "our group": [{ ...named("clipwork-nodes-text"), ...nodes(declaration) }, /"text\.…", as Clipwork's own/],
  "no run": [nodes(declaration.replace("run: () => ({})", "")), /has no run/],
};

test("a node pack that cannot be used is refused by name, with the reason in one line, and the others are there", async (context) => {
  const root = temporaryFolder(context);
  const cases = Object.entries(wrong);
  const places = cases.map(([title, [files]]) => packIn(join(root, title), files));
  const { catalogue, problems } = await loadNodeLibrary([join(root, "gone"), ...places, example]);
  assert.match(problems[0]!.message, /gone is not used: there is no such folder\.$/);
  for (const [i, [title, [, reason]]] of cases.entries()) {
    const { severity, message, remedy } = problems[i + 1]!;
    assert.match(message, reason, title);
    assert.ok(message.includes(places[i]!) && !message.includes("\n") && remedy, message);
    assert.equal(severity, "warning");
  }
  assert.equal(problems.length, cases.length + 1);
  assert.ok(catalogue.has("duotone.print") && catalogue.has("text.prompt"));
  assert.equal(catalogue.get("text.prompt")!.origin, undefined);
});

test("to a pack the engine brings all kinds of Clipwork, and they are the very ones that our nodes use", async (context) => {
  const text = `import { nodeDefiner, t, defineKind, socketOf } from "@clipwork/engine";
    import { image } from "@clipwork/nodes";
    const reel = defineKind({ kind: "reel", check: (value) => (Array.isArray(value) ? undefined : "is no reel") });
    const given = t.image("A picture.");
    if (given.of !== image) throw new Error("another kind of image");
    export const nodes = [nodeDefiner()({ type: "film.reel", version: 1, title: "Reel", summary: "Winds.",
      inputs: { image: given }, outputs: { reel: socketOf(reel, "The reel.") }, run: () => ({ reel: [] }) })];`;
  const { catalogue, problems } = await loadNodeLibrary([packIn(join(temporaryFolder(context), "film"), module(text))]);
  assert.deepEqual(problems, []);
  assert.equal(kindsOf(catalogue).get("reel")?.noun, "reel");
  assert.equal(kindsOf(catalogue).get("image"), catalogue.get("decoder.sample")!.outputs.image!.of);
});

test("a pack cannot bring a second kind of a name that is there", async (context) => {
  const text = `import { nodeDefiner, defineKind, socketOf } from "@clipwork/engine";
    const image = defineKind({ kind: "image", check: () => undefined });
    export const nodes = [nodeDefiner()({ type: "film.dev", version: 1, title: "Develop", summary: "Develops.",
      outputs: { image: socketOf(image, "A picture.") }, run: () => ({ image: 1 }) })];`;
  const { catalogue, problems } = await loadNodeLibrary([packIn(join(temporaryFolder(context), "film"), module(text))]);
  assert.match(problems[0]!.message, /film.*"film\.dev" brings a second kind that is called "image"/);
  assert.ok(!catalogue.has("film.dev") && catalogue.has("decoder.sample"));
});

test("no pack takes a group of Clipwork's own types", async (context) => {
  const root = temporaryFolder(context);
  const groups = new Set([...(await loadNodeLibrary([])).catalogue.keys()].map((type) => type.split(".")[0]!));
  assert.ok(groups.size >= 8);
  for (const group of groups) {
    const files = { ...named(`@somebody/${group}`), ...nodes(declaration.replace("film.", `${group}.`)) };
    await assert.rejects(loadNodePack(packIn(join(root, group), files)), /as Clipwork's own are/, group);
  }
});

test("of two packs with a type of one name the second is refused, and says who has it", async (context) => {
  const root = temporaryFolder(context);
  const [first, second] = ["a", "b"].map((name) =>
    packIn(join(root, name), { ...named(`@${name}/film`), ...nodes(declaration) }),
  );
  const { catalogue, problems } = await loadNodeLibrary([first!, second!]);
  assert.match(catalogue.get("film.grain")!.origin!, /^@a\/film@1\.0\.0 sha256:[0-9a-f]{64}$/);
  assert.match(problems[0]!.message, /"film\.grain" is there already, from @a\/film@1\.0\.0/);
});

test("a module that never finishes loading is given up", async (context) => {
  const folder = packIn(temporaryFolder(context), module("await new Promise(() => {}); export const nodes = [];"));
  await assert.rejects(loadNodePack(folder, 200), /did not load within 0\.2 s/);
});

test("TypeScript runs from a folder of one's own, and is refused by Node below node_modules", async (context) => {
  const root = temporaryFolder(context);
  const files = {
    "package.json": `{ "name": "film", "version": "1.0.0", "type": "module", "exports": "./index.ts" }`,
    "index.ts": `const nodes: object[] = [${declaration}];\nexport { nodes };`,
  };
  assert.equal((await loadNodePack(packIn(join(root, "own"), files))).definitions.length, 1);
  const installed = packIn(join(root, "node_modules", "film"), files);
  await assert.rejects(
    loadNodePack(installed),
    /Stripping types is currently unsupported for files under node_modules/,
  );
});

test("a pack's errors are known as ours wherever it lies, even beside an engine of its own", async (context) => {
  const folder = join(temporaryFolder(context), "far", "away");
  cpSync(example, folder, { recursive: true });
  packIn(join(folder, "node_modules", "@clipwork", "engine"), module(`throw new Error("the wrong engine")`));
  const { definitions } = await loadNodePack(folder);
  const image = { width: 1, height: 1, data: new Float32Array(3) };
  assert.throws(
    () => definitions[0]!.run!({ image } as never, { dark: "navy", light: "#ffffff" } as never, {} as never),
    { name: "NodeError", remedy: "Write it as #rrggbb." },
  );
});

test("any change of a pack's files is another origin; what is installed in it or hidden is not its own", async (context) => {
  const folder = join(temporaryFolder(context), "pack");
  cpSync(example, folder, { recursive: true });
  const origin = async () => (await loadNodePack(folder)).definitions[0]!.origin!;
  const before = await origin();
  assert.match(before, /^clipwork-nodes-duotone@1\.0\.0 sha256:[0-9a-f]{64}$/);
  packIn(join(folder, "node_modules", "other"), {});
  packIn(join(folder, ".git"), {});
  assert.equal(await origin(), before);
  const text = readFileSync(join(folder, "README.md"), "utf8");
  const changes = {
    content: () => writeFileSync(join(folder, "README.md"), `${text}!`),
    "a new file": () => packIn(join(folder, "more"), {}),
    "a file that is gone": () => rmSync(join(folder, "workflow.json")),
  };
  const origins = [before];
  for (const change of Object.values(changes)) {
    change();
    origins.push(await origin());
  }
  assert.equal(new Set(origins).size, 4);
  symlinkSync(example, join(folder, "link"));
  await assert.rejects(origin(), /link is neither a file nor a folder/);
});
