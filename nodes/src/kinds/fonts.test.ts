import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "clipwork-fonts-"));

/** The SHA-256 of a drawing with text, by a process of its own: fonts are looked for once a process. */
const script = `
  import { hash } from "node:crypto";
  import { rasterise } from "./src/kinds/png.ts";
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20">'
    + '<text y="16" font-family="Inter, Helvetica, Arial, sans-serif">Norm Ω é</text></svg>';
  console.log(hash("sha256", await rasterise(new TextEncoder().encode(svg))));
`;

function drawWith(config: string): string {
  const env = { ...process.env, FONTCONFIG_FILE: config, XDG_CACHE_HOME: folder };
  return execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: root,
    env,
    encoding: "utf8",
  });
}

/** A machine without fonts: nothing but that in its configuration. */
function bareConfig(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, `<?xml version="1.0"?><fontconfig>${content}</fontconfig>`);
  return path;
}

test("text in plots looks the same with the system's fonts and without any, since a font comes with Clipwork", (context) => {
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const ours = join(root, "fonts.conf");
  const own = [...readFileSync(ours, "utf8").matchAll(/<dir prefix="relative">([^<]+)<\/dir>/g)].map(
    ([, path]) => path!,
  );
  assert.ok(own.length > 0);
  const drawn = drawWith(ours);
  assert.equal(drawWith(bareConfig("bare.conf", own.map((path) => `<dir>${join(root, path)}</dir>`).join(""))), drawn);
  assert.notEqual(drawWith(bareConfig("empty.conf", "")), drawn, "without fonts there are only boxes");
});
