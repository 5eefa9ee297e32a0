import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import type { TemplateJson } from "@clipwork/server/wire";
import { firstSentence, groupTemplates } from "./template-groups.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "workflows");
const shipped = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file): TemplateJson => {
    const document = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const { title, group, description } = document.meta;
    return { id: basename(file, ".json"), title, group, summary: description, document };
  });
const found = (words: string) =>
  groupTemplates(shipped, words).flatMap(({ templates }) => templates.map(({ id }) => id));

test("every shipped workflow has a group, and no group has more than six", () => {
  const groups = groupTemplates(shipped, "");
  assert.equal(groups.flatMap(({ templates }) => templates).length, shipped.length);
  for (const { name, templates } of groups) {
    assert.notEqual(name, "Others");
    assert.ok(templates.length <= 6, `${name}: ${templates.length}`);
  }
});

test("a template is found by its file name, its title and what its description says, in capitals or not", () => {
  assert.deepEqual(found("interpolate"), ["interpolate"]);
  assert.deepEqual(found("BETWEEN two"), ["interpolate"]);
  assert.ok(found("guidance scales").includes("guidance-sweep"));
  assert.deepEqual(found("no such word"), []);
});

test("groups stand in their order, templates in that of the list; what has no known group comes last", () => {
  const template = (id: string, group: string) => ({ ...shipped[0]!, id, group, summary: "" });
  const list = [template("b", "Measure"), template("x", "new"), template("a", "Measure"), template("c", "Priors")];
  assert.deepEqual(
    groupTemplates(list, "").map(({ name, templates }) => [name, templates.map(({ id }) => id).join("")]),
    [
      ["Priors", "c"],
      ["Measure", "ba"],
      ["Others", "x"],
    ],
  );
});

test("the first sentence of every shipped description is whole and short enough to be read on a card", () => {
  for (const { id, summary } of shipped) {
    const first = firstSentence(summary);
    assert.match(first, /^[A-Z0-9].*[.]$/, id);
    assert.ok(first.length <= 150, `${id}: ${first.length} letters`);
  }
  assert.equal(firstSentence("Of 0.5 and more. Then."), "Of 0.5 and more.");
  assert.equal(firstSentence("no end"), "no end");
});
