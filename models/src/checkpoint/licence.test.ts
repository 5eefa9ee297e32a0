import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readLicence } from "./licence.ts";

const notStated = "not stated in the folder; see where the weights were published";
const long = "x".repeat(101);
const cases: readonly [what: string, readme: string | undefined, licence: string][] = [
  ["a folder without a README", undefined, notStated],
  ["a README without front matter", "# Karlo\nlicense: mit\n", notStated],
  ["front matter that does not name it", "---\ntags: [x]\n---\nlicense: mit\n", notStated],
  ["front matter that does not end", "---\nlicense: mit\n", notStated],
  ["the field of hubs", "---\ntags: [x]\nlicense: mit\n---\n", "mit"],
  ["a name of its own, before the kind", "---\nlicense: other\nlicense_name: karlo-1\n---\n", "karlo-1"],
  ["a licence in quotes", '---\nlicense: "apache-2.0"\n---\n', "apache-2.0"],
  ["lines as Windows ends them", "---\r\nlicense: mit\r\n---\r\n", "mit"],
  ["a name too long to be one", `---\nlicense: ${long}\n---\n`, notStated],
];

for (const [what, readme, licence] of cases)
  test(`${what} gives the licence ${JSON.stringify(licence)}`, async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "clipwork-licence-"));
    context.after(() => rmSync(folder, { recursive: true }));
    if (readme !== undefined) writeFileSync(join(folder, "README.md"), readme);
    assert.equal(await readLicence(folder), licence);
  });
