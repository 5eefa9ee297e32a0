import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { findings } from "./axe.fixture.ts";
import { dropWorkflow, type Editor, settled, startEditor } from "./editor.fixture.ts";

const example = join(import.meta.dirname, "..", "fixtures", "node-pack-example");
const folder = mkdtempSync(join(tmpdir(), "clipwork-packs-"));

/** A pack that says something while it is loaded. */
function noisyPack(): string {
  const place = join(folder, "clipwork-nodes-noisy");
  mkdirSync(place);
  const about = { name: "clipwork-nodes-noisy", version: "0.3.0", type: "module", exports: "./index.js" };
  writeFileSync(join(place, "package.json"), JSON.stringify(about));
  const parts = "inputs: {}, outputs: {}, params: {}, stages: [], migrations: [], run: () => ({})";
  const node = `{ type: "noisy.hum", version: 1, title: "Hum", summary: "Hums.", ${parts} }`;
  writeFileSync(join(place, "index.js"), `console.log("hello"); export const nodes = [${node}];`);
  return place;
}

let editor: Editor;
before(async () => {
  editor = await startEditor({ configuration: { nodePacks: [example, noisyPack()] } });
});
after(async () => {
  await editor?.close();
  rmSync(folder, { recursive: true, force: true });
});

const printing = {
  format: "clipwork/1",
  meta: { title: "Prints" },
  nodes: {
    load: { type: "image.load", version: 1, params: { file: "" } },
    print: { type: "duotone.print", version: 1, inputs: { image: "load.image" } },
  },
};

test("node packs are listed, each has a page and an address of its own, and leads to the documents that use it", async () => {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, printing);
  await page.locator('.node[data-id="print"]').waitFor();
  await settled(page);
  // From the document to the pack and back.
  await page.locator('.node[data-id="print"] .node-header').click();
  await page.getByRole("link", { name: "clipwork-nodes-duotone" }).click();
  const dialog = page.getByRole("dialog", { name: "Node packs" });
  await dialog.getByRole("heading", { name: "clipwork-nodes-duotone" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/node-packs/clipwork-nodes-duotone");
  await dialog.locator("summary", { hasText: "duotone.print" }).click();
  await dialog.getByText("Ink of the dark parts, as #rrggbb.").waitFor();

  await dialog.getByRole("link", { name: "All node packs" }).click();
  const noisy = dialog.getByRole("listitem", { name: "clipwork-nodes-noisy" });
  await noisy.getByText('it prints while it is loaded: "hello"').waitFor();
  assert.equal(new URL(page.url()).pathname, "/node-packs");
  await dialog.getByRole("link", { name: "clipwork-nodes-duotone" }).click();
  await dialog.getByRole("button", { name: "Prints" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).pathname, "/");

  // Whoever is sent the address sees the same.
  await page.goto(`${editor.url}/node-packs/clipwork-nodes-noisy`);
  await dialog.getByRole("heading", { name: "clipwork-nodes-noisy" }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("p");
  await dialog.getByRole("listitem").nth(1).waitFor();
  assert.deepEqual(faults, []);
});

test("axe finds nothing on the list and the pages of packs, in both themes and in a narrow window; nothing is cut there", async () => {
  for (const visitor of [{}, { dark: true }, { phone: true }, { phone: true, dark: true }]) {
    const { page, context, faults } = await editor.visit(visitor);
    for (const path of ["node-packs", "node-packs/clipwork-nodes-duotone", "node-packs/gone", "models/toybox"]) {
      await page.goto(`${editor.url}/${path}`);
      await page.locator("dialog[open] .node-packs, dialog[open] .models").waitFor();
      await settled(page);
      for (const type of await page.locator("details.node-type > summary").all()) await type.click();
      assert.deepEqual(await findings(page), [], JSON.stringify([visitor, path]));
      const beyond = await page
        .locator("dialog[open]")
        .evaluate(
          (element) =>
            [...element.querySelectorAll("*")].filter(
              (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible",
            ).length,
        );
      assert.equal(beyond, 0, `cut: ${path}`);
    }
    assert.deepEqual(faults, []);
    await context.close();
  }
});
