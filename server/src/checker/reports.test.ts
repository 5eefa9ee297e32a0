import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { utf8 } from "@clipwork/engine";
import sharp from "sharp";
import { artifactFiles } from "../artifacts/artifact-files.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { Reports } from "./reports.ts";

const run = "00000000-0000-4000-8000-000000000001";
const json = (value: unknown) => utf8(JSON.stringify(value));
const events = ["run.queued", "run.started", "notice", "notice", "run.finished"].map((event, i) => ({
  ...{ seq: i + 1, run, time: i, event, message: `said ${i}`, nodes: 1 },
  ...{ executed: 3, cached: 0, outputs: [], ms: 4 },
}));
const document = { format: "clipwork/1", nodes: { caption: { type: "text.prompt", version: 1 } } };

test("a report is made of a run and of its log, which comes in batches, with its pictures", async (context) => {
  const artifacts = artifactFiles(join(temporaryFolder(context), "artifacts"));
  const png = await sharp({ create: { width: 3, height: 2, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const picture = await artifacts.put(png);
  const reports = new Reports({ artifacts, titleOf: (type) => `Title of ${type}` });
  for (const batch of [events.slice(0, 2), events.slice(2, 3), events.slice(3)])
    reports.read({ report: "a", run, events: json(batch) });
  const outputs = [
    { node: "save", item: 0, name: "red", files: [{ ending: ".png", bytes: png.length, hash: picture }], picture },
  ];
  const page = new TextDecoder().decode(
    await reports.make({ report: "a", fresh: false, detail: json({ id: run, document, outputs }) }),
  );
  assert.match(page, /Finished in 0\.00 s: 3 nodes computed/);
  assert.match(page, /said 2<\/p>\n<p class="muted" dir="auto">said 3<\/p>/);
  assert.match(page, /Title of text\.prompt/);
  assert.ok(page.includes(`data:image/png;base64,${png.toString("base64")}`));
  assert.match(page, new RegExp(`Run ${run}`));
});

test("logs of reports that nobody asked for are forgotten, and a report without its log is a fault", async (context) => {
  const artifacts = artifactFiles(temporaryFolder(context));
  const reports = new Reports({ artifacts, titleOf: () => undefined });
  reports.read({ report: "a", run, events: json(events) });
  reports.forget();
  const asked = { report: "a", fresh: false, detail: json({ id: run, document, outputs: [] }) };
  await assert.rejects(reports.make(asked), /did not come/);
});
