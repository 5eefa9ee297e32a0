import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const dist = join(import.meta.dirname, "..", "ui", "dist");

test("what the editor loads at first is at most 400 KB of JavaScript, gzipped, and comes from its own server", () => {
  assert.ok(existsSync(join(dist, "index.html")), "The editor is not built: `npm test` and `npm start` build it.");
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
  assert.deepEqual(
    addresses.filter((address) => !address.startsWith("/")),
    [],
  );
  const scripts = addresses.filter((address) => address.endsWith(".js"));
  assert.ok(scripts.length > 0);
  const bytes = scripts.map((script) => gzipSync(readFileSync(join(dist, script))).length).reduce((a, b) => a + b);
  assert.ok(bytes <= 400 * 1024, `${bytes} bytes`);
  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/, "a Content-Security-Policy would refuse it");
});

test("a workflow's form loads nothing of the canvas, and less than the editor", () => {
  const scriptsOf = (page: string) =>
    [...readFileSync(join(dist, page), "utf8").matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, script]) => {
      return readFileSync(join(dist, script!), "utf8");
    });
  // An event of the library that the canvas is drawn with.
  const hasCanvas = (script: string) => script.includes("nodetranslated");
  assert.ok(scriptsOf("index.html").some(hasCanvas), "the editor has it");
  assert.ok(!scriptsOf("form.html").some(hasCanvas));
  const size = (page: string) => scriptsOf(page).reduce((all, script) => all + gzipSync(script).length, 0);
  assert.ok(size("form.html") < size("index.html"), `${size("form.html")} and ${size("index.html")} bytes`);
});
