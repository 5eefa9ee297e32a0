import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { describeNodePacks } from "./describe-node-packs.ts";
import { refusal } from "./node-library.ts";

/** The description of a pack whose package.json has that text. */
async function described(context: TestContext, text?: string) {
  const place = temporaryFolder(context);
  if (text !== undefined) writeFileSync(join(place, "package.json"), text);
  const [pack] = await describeNodePacks([{ place, types: ["film.grain"] }]);
  assert.equal(pack!.folder, place);
  return { ...pack!, folder: "" };
}

test("a node pack is described as its package.json has it: who wrote it, under which terms, and its page", async (context) => {
  const full = {
    ...{ name: "@me/clipwork-nodes-film", version: "1.2.0", description: " Grain and dust. " },
    ...{ author: "Ada <ada@example.org> (https://example.org)", license: "MIT", homepage: "https://example.org/film" },
  };
  assert.deepEqual(await described(context, JSON.stringify(full)), {
    ...{ name: "@me/clipwork-nodes-film", folder: "", version: "1.2.0", description: "Grain and dust." },
    ...{ author: "Ada", licence: "MIT", homepage: "https://example.org/film", types: ["film.grain"] },
  });
  const older = { name: "film", author: { name: "Ada" }, license: { type: "MIT", url: "x" } };
  assert.deepEqual(await described(context, JSON.stringify(older)), {
    ...{ name: "film", folder: "", author: "Ada", licence: "MIT", types: ["film.grain"] },
  });
});

test("what a package.json has besides texts is not shown, nor an address that is no web page, nor more than 500 characters", async (context) => {
  const odd = { name: "film", version: 3, description: "a".repeat(600), author: [], license: null };
  for (const homepage of ["javascript:alert(1)", "data:text/html,x", "film", 7])
    assert.deepEqual(await described(context, JSON.stringify({ ...odd, homepage })), {
      ...{ name: "film", folder: "", description: "a".repeat(500), types: ["film.grain"] },
    });
});

test("a pack that is not used says why, and one whose package.json cannot be read has the name of its folder", async (context) => {
  const place = join(temporaryFolder(context), "film");
  const problem = refusal(place, "there is no such folder");
  const unusable = { message: problem.message, remedy: problem.remedy };
  assert.deepEqual(await describeNodePacks([{ place, problem }]), [
    { name: "film", folder: place, types: [], unusable },
  ]);
  for (const text of [undefined, "{", "[]", `{ "name": "film", "more": "${"x".repeat(2 ** 20)}" }`])
    assert.match((await described(context, text)).name, /^clipwork-/, String(text).slice(0, 20));
});
