import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { artifactFiles } from "./artifact-files.ts";
import { findAssets } from "./asset-files.ts";

test("paths and folders are refused, each with what to do, and the name is not said again", async (context) => {
  const artifacts = artifactFiles(temporaryFolder(context));
  const lost = `asset:${"0".repeat(64)}`;
  const found = await findAssets(["/etc/passwd", "set", lost], new Set(["set"]), artifacts);
  assert.deepEqual(found, {
    "/etc/passwd": {
      message: "A server reads no paths.",
      remedy: 'Upload the file and name it "asset:" and its hash.',
    },
    set: {
      message: "A server reads no folders.",
      remedy: "Run the workflow on the command line, or upload the pictures and load them one by one.",
    },
    [lost]: { message: `There is no file with the hash ${"0".repeat(64)}.`, remedy: "Upload it again." },
  });
});
