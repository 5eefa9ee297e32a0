import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelJob, ModelsReply } from "@clipwork/server/wire";
import { karlo } from "../testing/fake-models.ts";
import { attributes, html, textOf } from "../testing/render.ts";
import { startEditor } from "../testing/start-editor.ts";

const { ModelsDialog } = await import("./models.tsx");
const { describeProgress } = await import("./model-job.tsx");

/** The dialog as it is drawn when the server has this. */
async function drawn(change: Partial<ModelsReply> = {}): Promise<string> {
  const { editor, server } = await startEditor();
  server.models.now = { ...server.models.now, ...change };
  await editor.models.load();
  return html(editor, ModelsDialog, {});
}

const job = (change: Partial<ModelJob>): ModelJob => ({
  ...{ id: "1", kind: "add", subject: "o/n", state: "working", doing: "looking at what the repository holds" },
  ...change,
});
const licence = {
  repository: "o/n",
  name: "openrail",
  page: "https://x.example/o/n",
  text: "Be <kind>.",
  bytes: 13.7e9,
};
const buttons = (markup: string) =>
  [...markup.matchAll(/<button[^>]*>(.*?)<\/button>/g)].map(([, inside]) => textOf(inside!));

test("before the server has answered nothing is claimed", async () => {
  const { editor } = await startEditor();
  assert.equal(textOf(html(editor, ModelsDialog, {})), "Asking the server…");
});

test("an installed pack shows its stages, space, licence, size, origin and place; only one of the data folder can be removed", async () => {
  const markup = await drawn({ packs: [karlo, { ...karlo, name: "toybox", removable: false }] });
  const text = textOf(markup);
  for (const part of [
    "karlo unCLIP creativeml-openrail-m 13 GB",
    "clip-text 477 MB",
    "prior 3.8 GB",
    "clip (768 numbers)",
  ])
    assert.ok(text.includes(part), `${part}: ${text}`);
  assert.match(
    text,
    /From huggingface\.co\/kakaobrain\/karlo at a{8}, licence accepted on 2026-11-26 In \/data\/packs\/karlo/,
  );
  assert.deepEqual(buttons(markup), ["Add", "Verify", "Remove", "Verify"]);
});

test("the form says where from, how much is free, and how a folder is added; the token itself is nowhere", async () => {
  const text = textOf(await drawn({ hub: { endpoint: "https://hub.example", token: true, offline: true } }));
  assert.match(
    text,
    /^Add from hub\.example .* 112 GB are free; the server is offline and takes what its cache holds; the server&#x27;s token is used\./,
  );
  assert.match(text, /npm start -- models add FOLDER/);
});

test("what is refused is said below the field where it was asked for", async () => {
  const { editor } = await startEditor();
  await editor.models.load();
  await editor.models.add("karlo");
  const markup = html(editor, ModelsDialog, {});
  assert.match(markup, /aria-invalid="true"/);
  assert.match(markup, /role="alert">&quot;karlo&quot; is no repository of a hub\.<small>/);
});

test("a licence is shown as text with where to read it, and nothing is pressed for the user", async () => {
  const markup = await drawn({ jobs: [job({ state: "asking", licence })] });
  assert.match(markup, /<pre tabindex="0">Be &lt;kind&gt;\.<\/pre>/);
  assert.ok(attributes(markup, "href").includes(licence.page));
  assert.deepEqual(buttons(markup).slice(1, 3), ["Accept and download", "Decline"]);
  assert.match(textOf(markup), /published under the licence openrail/);
});

test("a download shows bytes, rate, time left and file; what comes after it in words", async () => {
  const progress = {
    file: "prior/model.safetensors",
    done: 2 ** 30,
    all: 2 ** 32,
    bytesPerSecond: 2 ** 25,
    secondsLeft: 96,
  };
  const loading = await drawn({ jobs: [job({ progress })] });
  assert.match(textOf(loading), /1\.0 GB of 4\.0 GB, 32 MB\/s, 96 s left prior\/model\.safetensors/);
  assert.deepEqual(attributes(loading, "value").at(-1), "0.25");
  const trying = await drawn({
    jobs: [job({ progress: { ...progress, done: progress.all }, doing: "running prior once" })],
  });
  assert.match(textOf(trying), /Running prior once/);
  assert.equal(describeProgress({ file: "x", done: 0, all: 5 }), "0 bytes of 5 bytes");
});

test("a failed job says why and offers another try, a broken download to go on", async () => {
  const error = { message: "o/n is gated.", remedy: "Accept its conditions." };
  const failed = await drawn({ jobs: [job({ state: "failed", error })] });
  assert.match(textOf(failed), /o\/n is gated\. Accept its conditions\./);
  assert.deepEqual(buttons(failed).slice(1, 3), ["Try again", "Dismiss"]);
  const broken = await drawn({ downloads: [{ id: "a".repeat(64), source: "o/n", variant: "fp16", bytes: 2 ** 30 }] });
  assert.match(textOf(broken), /o\/n fp16 1\.0 GB so far Not whole/);
  assert.deepEqual(buttons(broken).slice(1, 3), ["Resume", "Discard"]);
});

test("a pack that cannot be used says why, one that is verified how it went", async () => {
  const unusable = { message: "prior.onnx is not the file.", remedy: "Add it again." };
  const jobs = [job({ kind: "verify", subject: "karlo", state: "finished", doing: "" })];
  const markup = await drawn({ packs: [{ ...karlo, unusable }], jobs });
  assert.match(textOf(markup), /prior\.onnx is not the file\. Add it again\./);
  assert.match(textOf(markup), /Whole: every network ran/);
  const busy = await drawn({ packs: [karlo], jobs: [{ ...jobs[0]!, state: "working", doing: "running prior once" }] });
  assert.match(textOf(busy), /running prior once/);
  assert.equal(busy.match(/disabled=""/g)?.length, 3);
});
