import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { cpuDevice } from "@clipwork/models/onnx";
import { type PackedJson, packJson } from "../files/packed-json.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { Checker } from "./checker.ts";

/** A node pack whose migration ends the thread that checks a document of version 1. */
const deadly = `import { nodeDefiner, t } from "@clipwork/engine";
export const nodes = [nodeDefiner()({
  type: "deadly.number",
  version: 2,
  title: "Number",
  summary: "Gives a number.",
  outputs: { value: t.number("The number.") },
  migrations: [{ from: 1, name: "ends all", apply: () => process.exit(3) }],
  run: () => ({ value: 3 }),
})];`;

async function startChecker(context: TestContext, nodePacks: readonly string[] = []): Promise<Checker> {
  const folder = temporaryFolder(context);
  const setup = { nodePacks, packRoots: [], device: cpuDevice() };
  const checker = await Checker.start({ setup, values: join(folder, "values"), artifacts: join(folder, "artifacts") });
  context.after(() => checker.close());
  return checker;
}

function packIn(context: TestContext, name: string, module: string): string {
  const folder = join(temporaryFolder(context), name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", type: "module" }));
  writeFileSync(join(folder, "index.js"), module);
  return folder;
}

const documentOf = (type: string, version: number, padding = "") =>
  packJson(JSON.stringify({ format: "clipwork/1", meta: { padding }, nodes: { one: { type, version } } }));
const check = (checker: Checker, document: PackedJson) =>
  checker.check({ document, set: {}, targets: ["one"], want: {} });

test("documents are checked with the node packs of the setup; one that is refused is said", async (context) => {
  const gone = join(temporaryFolder(context), "gone");
  const checker = await startChecker(context, [packIn(context, "deadly", deadly), gone]);
  assert.ok(checker.nodes.some(({ type }) => type === "deadly.number"));
  assert.match(checker.problems[0]!.message, /gone is not used: there is no such folder/);
  assert.deepEqual((await check(checker, documentOf("deadly.number", 2))).problems, []);
});

test("what ends the thread fails the documents that were with it, and the next one is checked", async (context) => {
  const checker = await startChecker(context, [packIn(context, "deadly", deadly)]);
  const large = "x".repeat(2 ** 21);
  for (const padding of ["", large]) {
    await assert.rejects(
      check(checker, documentOf("deadly.number", 1, padding)),
      /thread that checks documents was lost/,
    );
    assert.deepEqual((await check(checker, documentOf("deadly.number", 2, padding))).problems, []);
  }
});

test("a fault of the thread rejects the call alone", async (context) => {
  const checker = await startChecker(context);
  await assert.rejects(check(checker, packJson("{")), /JSON/);
  assert.deepEqual((await check(checker, documentOf("text.prompt", 1))).problems, []);
});

test("a closed checker has no thread, and calls that were under way are rejected", async (context) => {
  const checker = await startChecker(context);
  const pending = check(checker, documentOf("text.prompt", 1));
  const rejected = assert.rejects(pending, /was lost/);
  await checker.close();
  await rejected;
});
