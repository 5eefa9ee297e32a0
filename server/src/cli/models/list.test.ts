import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { clientOf, startHub } from "../../hub/hub.fixture.ts";
import { addPack } from "../../packs/add-pack.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { modelsListCommand } from "./list.ts";

const templates = join(import.meta.dirname, "..", "..", "..", "..", "test", "fixtures", "templates");

test("the command that goes on with a download has the hosts that were allowed for it", async (context) => {
  const hub = await startHub(context);
  const data = temporaryFolder(context);
  const abort = new AbortController();
  const adding = addPack(clientOf(hub, { hosts: [] }), {
    ...{ source: "someone/small-karlo", dataFolder: data, name: "mine", weights: "published", run: false, templates },
    ...{ hosts: [hub.filesHost, "cdn.example"], tell: () => {}, accepts: async () => true, signal: abort.signal },
    onProgress: ({ done, all }) => {
      if (done === all) abort.abort();
    },
  });
  await assert.rejects(adding, { name: "AbortError" });
  const err: string[] = [];
  await modelsListCommand({ out: () => {}, err: (line) => void err.push(line) }, { data });
  const goingOn = `models add someone/small-karlo --name mine --allow-host ${hub.filesHost} --allow-host cdn.example, or`;
  assert.ok(err.join("\n").includes(goingOn), err.join("\n"));
});
