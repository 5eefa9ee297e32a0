import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { linearTemplate } from "../onnx/tiny-graph.fixture.ts";
import { type Config, chooseTemplate, openTemplates, readGraph, type Template } from "./template.ts";

const template = (name: string, more: Partial<Template>): Template => ({
  ...{ name, class: ["Tiny"], role: "prior", config: {}, defaults: {} },
  ...{ beside: {}, ignored: [], layouts: [], ...more },
});
const small = template("small", { config: { layers: 2, width: 16, act: null }, defaults: { layers: 20, act: null } });
const large = template("large", { config: { layers: 20, width: 64, act: null }, defaults: { layers: 20, act: null } });
const encoder = template("encoder", { class: ["Tiny", "Other"], role: "text-encoder", config: { sizes: [4, 8] } });
const library = { folder: "/nowhere", templates: [small, large, encoder] };
const choose = (config: Config, className = "Tiny", role = "prior") =>
  chooseTemplate(library, { className, role, config }, "config.json").name;

test("a template fits whose fields are all the configuration's, whatever else that says", () => {
  assert.equal(choose({ layers: 2, width: 16, dropout: 0.1 }), "small");
  assert.equal(choose({ layers: 20, width: 64, act: null }), "large");
});

test("a field that the configuration lacks is what the class takes for it", () => {
  assert.equal(choose({ width: 64 }), "large");
  assert.throws(() => choose({ width: 16 }), { message: /another layers \(2, and here it is 20\)/ });
});

test("a null is a value and not a field that is missing", () => {
  assert.throws(() => choose({ layers: null, width: 64 }), { message: /layers \(20, and here it is null\)/ });
});

test("a template is of a class and of a role, and lists are compared item by item", () => {
  assert.equal(choose({ sizes: [4, 8] }, "Tiny", "text-encoder"), "encoder");
  assert.equal(choose({ sizes: [4, 8] }, "Other", "text-encoder"), "encoder");
  assert.throws(() => choose({ sizes: [8, 4] }, "Other", "text-encoder"), {
    message: /sizes \(\[4,8\], and here it is \[8,4\]\)/,
  });
});

test("a class without a template of the role is refused with every class that has one", () => {
  for (const className of ["Other", "Nothing"])
    assert.throws(() => choose({}, className), {
      name: "PackError",
      message: `config.json is of a ${className}, for which there is no template of the role "prior".`,
      remedy: "Import a checkpoint whose parts are Other, Tiny.",
    });
});

test("what fits none is compared with the template that differs least", () => {
  assert.throws(() => choose({ layers: 20, width: 32 }), {
    name: "PackError",
    message: 'config.json fits no template: the nearest, "large", is for another width (64, and here it is 32).',
    remedy: "Import a checkpoint of a network that there is a template for; docs/bring-your-own-weights.md lists them.",
  });
});

test("of many differences five are named", () => {
  const wide = template("wide", { config: Object.fromEntries([..."abcdefg"].map((field) => [field, 1])) });
  const given = { className: "Tiny", role: "prior", config: {} };
  assert.throws(
    () => chooseTemplate({ folder: "", templates: [wide] }, given, "here"),
    (error: Error) => {
      assert.deepEqual(error.message.match(/\w(?= \(1, and here it is undefined\))/g), [..."abcde"]);
      return true;
    },
  );
});

test("a folder's templates are its JSON files by name, and a graph is read when it is asked for", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "clipwork-templates-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const name of ["b", "a"]) {
    const { name: _, ...content } = template(name, { role: name });
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(content));
  }
  writeFileSync(join(folder, "README.md"), "no template");
  writeFileSync(join(folder, "b.onnx.gz"), gzipSync(linearTemplate()));
  const opened = await openTemplates(folder);
  assert.deepEqual(opened, { folder, templates: ["a", "b"].map((name) => template(name, { role: name })) });
  const { bytes, parameters } = await readGraph(opened, opened.templates[1]!);
  assert.deepEqual(new Uint8Array(bytes), new Uint8Array(linearTemplate()));
  assert.ok(parameters.size > 0);
  await assert.rejects(readGraph(opened, opened.templates[0]!), { code: "ENOENT" });
});

test("a folder of templates that is not there, or is a file, is refused with where they are named", async () => {
  for (const [folder, code] of [
    [join(tmpdir(), "no-such-folder"), "ENOENT"],
    [import.meta.filename, "ENOTDIR"],
  ] as const)
    await assert.rejects(openTemplates(folder), {
      name: "PackError",
      message: `${folder} is no folder of templates that can be read (${code}).`,
      remedy:
        "Name their folder with --templates or CLIPWORK_TEMPLATES, or neither to take those that came with Clipwork.",
    });
});
