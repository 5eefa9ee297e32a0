import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { readDocument } from "../document/document.ts";
import { t } from "../kinds/socket.ts";
import { node, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { collectFiles, collectFolders } from "./settings.ts";

const look = nodeDefiner<unknown>()({
  type: "test.look",
  version: 1,
  title: "Look",
  summary: "Looks into a folder, and at a file.",
  outputs: { value: t.number("Nothing.") },
  params: { folder: p.file("A folder.", { folder: true }), file: p.file("A file.") },
  run: () => ({ value: 0 }),
});
const environmentOf = (digest: string) =>
  testEnvironment<unknown>([...testNodes, look] as never, {
    files: { set: { digest, folder: true }, "a.png": { digest: "f1" } },
  });
const nodes = (folder: string, file: string) =>
  workflow({ look: node("test.look", { folder, file }), show: node("output.show", {}, { value: "look.value" }) });

test("[S4] folders are listed among the files, and by themselves", () => {
  const { document } = readDocument(nodes("set", "a.png"));
  const { catalogue } = environmentOf("s1");
  assert.deepEqual(collectFiles(document!, catalogue), ["set", "a.png"]);
  assert.deepEqual(collectFolders(document!, catalogue), ["set"]);
});

test("[V8] a file where a folder is asked for is a problem, and a folder where a file is", () => {
  const messages = (folder: string, file: string) =>
    validateJson(nodes(folder, file), environmentOf("s1")).problems.map(({ code, message }) => [code, message]);
  assert.deepEqual(messages("set", "a.png"), []);
  assert.deepEqual(messages("a.png", "set"), [
    ["unusable-file", '"look.folder" names "a.png", which is a file and no folder.'],
    ["unusable-file", '"look.file" names "set", which is a folder and no file.'],
  ]);
  assert.deepEqual(messages("", "a.png"), [["missing-file", '"look.folder" names no folder.']]);
});

test("[F3] a folder counts by its digest, never by its name", async () => {
  const key = async (digest: string) => {
    const { outputs } = await record(validateJson(nodes("set", "a.png"), environmentOf(digest)).plan!);
    return outputs[0]!.value.key;
  };
  assert.equal(await key("s1"), await key("s1"));
  assert.notEqual(await key("s1"), await key("s2"));
});
