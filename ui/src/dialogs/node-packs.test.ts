import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogueFromJson, catalogueJson, kindsJson } from "@clipwork/engine";
import type { NodePackJson } from "@clipwork/server/wire";
import { testCatalogue } from "../testing/catalogue.ts";
import { attributes, html, textOf } from "../testing/render.ts";
import { settled, startEditor } from "../testing/start-editor.ts";

const { NodePacksDialog } = await import("./node-packs.tsx");
const { ModelsDialog } = await import("./models.tsx");
const { NodePanel } = await import("../panels/node-panel.tsx");

const scan: NodePackJson = {
  ...{ name: "@me/aaa", version: "1.2.0", description: "Reads <files>.", author: "Ada", licence: "MIT" },
  ...{ homepage: "https://example.org/aaa", folder: "/packs/a a", types: ["aaa.scan"] },
};
const broken: NodePackJson = {
  ...{ name: "film", folder: "/packs/film", types: [] },
  unusable: { message: "The node pack /packs/film is not used: it prints.", remedy: "Correct it." },
};

/** An editor whose server has these packs, asked for them. */
async function withPacks(packs: readonly NodePackJson[] = [scan, broken]) {
  const started = await startEditor();
  started.server.models.nodePacks = packs;
  await started.editor.nodePacks.load();
  return started;
}

test("the list says what each pack is and how many types it brings, or why it is not used, and leads to the page of each", async () => {
  const { editor } = await withPacks();
  const markup = html(editor, NodePacksDialog, {});
  const text = textOf(markup);
  assert.match(text, /@me\/aaa 1\.2\.0 MIT 1 node type Reads &lt;files&gt;\./);
  assert.match(text, /film not used The node pack \/packs\/film is not used: it prints\. Correct it\./);
  assert.deepEqual(attributes(markup, "href"), ["/node-packs/%40me%2Faaa", "/node-packs/film"]);
});

test("a pack's page says who wrote it, where it lies, what it may do, what each of its types is, and how it goes", async () => {
  const { editor, server } = await withPacks();
  server.called = { command: "npx clipwork" };
  await editor.offer.load();
  editor.screen.show({ dialog: "node-packs", about: "@me/aaa" });
  const markup = html(editor, NodePacksDialog, {});
  const text = textOf(markup);
  for (const part of [
    "By Ada Page example.org/aaa In /packs/a a May Do whatever the server&#x27;s user may",
    "Scan aaa.scan Reads any file. Outputs text text What it says. Parameters document file The file.",
    "npx clipwork packs remove &quot;/packs/a a&quot;",
  ])
    assert.ok(text.includes(part), `${part}: ${text}`);
  assert.ok(!text.includes("film"), "no other pack");
  assert.doesNotMatch(markup, /<form|<input/, "code is not added through the page");
});

test("of a pack that is not used the page says why, and neither types nor documents", async () => {
  const { editor } = await withPacks();
  editor.screen.show({ dialog: "node-packs", about: "film" });
  const text = textOf(html(editor, NodePacksDialog, {}));
  assert.match(text, /is not used: it prints/);
  assert.doesNotMatch(text, /Node types|Used in/);
  editor.screen.show({ dialog: "node-packs", about: "gone" });
  assert.match(textOf(html(editor, NodePacksDialog, {})), /started without a node pack “gone”/);
});

test("the open documents that have nodes of a pack are named, as they are now, and no other", async () => {
  const { editor } = await withPacks();
  const document = { format: "clipwork/1" as const, meta: { title: "Scans" } };
  const node = { type: "aaa.scan", version: 1 };
  editor.tabs.open({ ...document, nodes: { a: node, b: node } });
  editor.tabs.open({ ...document, meta: { title: "Others" }, nodes: { c: { type: "text.prompt", version: 1 } } });
  editor.screen.show({ dialog: "node-packs", about: "@me/aaa" });
  assert.match(textOf(html(editor, NodePacksDialog, {})), /Used in Scans 2 nodes Add or remove/);
  editor.workflow.edit((now) => ({ ...now, nodes: { ...now.nodes, d: node } }));
  assert.match(textOf(html(editor, NodePacksDialog, {})), /Used in Scans 2 nodes Others 1 node Add or remove/);
});

test("a server without packs says so, one that does not answer says why, and nothing is claimed before", async () => {
  const { editor, server } = await startEditor();
  assert.equal(textOf(html(editor, NodePacksDialog, {})), "Asking the server…");
  await editor.nodePacks.load();
  assert.match(textOf(html(editor, NodePacksDialog, {})), /started without any/);
  server.refuseNext("nodePacks");
  await editor.nodePacks.load();
  assert.equal(textOf(html(editor, NodePacksDialog, {})), "The server is busy.");
});

test("another dialog is about nothing unless that is said too", async () => {
  const { editor } = await withPacks();
  editor.screen.show({ dialog: "node-packs", about: "film" });
  editor.screen.show({ side: "runs" });
  assert.equal(editor.screen.get().about, "film");
  editor.screen.show({ dialog: "models" });
  assert.deepEqual([editor.screen.get().dialog, editor.screen.get().about], ["models", undefined]);
  editor.screen.show({ dialog: "models", about: "toybox" });
  editor.screen.show({ dialog: undefined });
  assert.equal(editor.screen.get().about, undefined);
});

test("a model pack's page has it alone, and the open documents whose nodes name it or have it by default", async () => {
  const { editor } = await startEditor();
  const encode = { type: "clip.encode-text", version: 1 };
  const nodes = {
    a: encode,
    b: { ...encode, params: { pack: "toybox" } },
    c: { ...encode, params: { pack: "karlo" } },
  };
  editor.tabs.open({ format: "clipwork/1", meta: { title: "Mine" }, nodes });
  await editor.models.load();
  editor.screen.show({ dialog: "models", about: "toybox" });
  assert.match(textOf(html(editor, ModelsDialog, {})), /^All models toybox .* Used in Mine 2 nodes$/);
  editor.screen.show({ about: "gone" });
  assert.match(textOf(html(editor, ModelsDialog, {})), /There is no model pack “gone”\. Used in No document/);
});

test("the details of a pack's node lead to the pack", async () => {
  const { editor, server } = await startEditor();
  const nodes = catalogueJson(testCatalogue).map((node) =>
    node.type === "aaa.scan" ? { ...node, origin: `@me/aaa@1.2.0 sha256:${"a".repeat(64)}` } : node,
  );
  server.catalogue = catalogueFromJson(nodes, kindsJson(testCatalogue));
  await editor.offer.load();
  editor.tabs.open({ format: "clipwork/1", nodes: { scan: { type: "aaa.scan", version: 1 } } });
  await settled();
  const markup = html(editor, () => NodePanel({ id: "scan" }), {});
  assert.match(textOf(markup), /From the node pack @me\/aaa /);
  assert.ok(attributes(markup, "href").includes("/node-packs/%40me%2Faaa"));
});
