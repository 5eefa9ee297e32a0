import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { type FakeHub, type PlainServer, startHub, startPlainServer } from "../../server/src/hub/hub.fixture.ts";
import { type Editor, patience, startEditor } from "./editor.fixture.ts";

const id = "someone/small-karlo";
/** A folder for pictures of the dialog as it goes; none are taken without it. */
const pictures = process.env.CLIPWORK_PICTURES;

let hub: FakeHub;
let plain: PlainServer;
let editor: Editor;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  hub = await startHub({ after: (work) => void ends.push(work) });
  plain = await startPlainServer({ after: (work) => void ends.push(work) });
  hub.repositories.get(id)!.files.set("LICENSE.md", Buffer.from("You may use the weights kindly.\n\n".repeat(40)));
  editor = await startEditor({
    configuration: { hubHosts: [hub.filesHost, plain.host] },
    environment: {
      ...{ HF_ENDPOINT: hub.endpoint, HF_TOKEN: "", HF_HUB_OFFLINE: "", HF_HUB_CACHE: "/nowhere" },
      CLIPWORK_TEMPLATES: join(import.meta.dirname, "..", "fixtures", "templates"),
    },
  });
});
after(async () => {
  await editor?.close();
  for (const end of ends) await end();
});

async function shoot(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

test("a checkpoint is added by its name, its licence accepted, cancelled, resumed, verified and removed, all by the mouse", async () => {
  const { page, faults } = await editor.visit();
  await page.getByRole("button", { name: "Models (M)" }).click();
  const dialog = page.getByRole("dialog", { name: "Models" });
  const toybox = dialog.getByRole("listitem", { name: "toybox" });
  await toybox.getByRole("button", { name: "Verify" }).waitFor();
  assert.equal(await toybox.getByRole("button", { name: "Remove" }).count(), 0);
  await shoot(page, "installed");

  await dialog.getByLabel(/^Add from 127\.0\.0\.1/).fill(id);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByText("published under the licence creativeml-openrail-m").waitFor();
  assert.match((await dialog.locator(".model-licence pre").textContent())!, /kindly/);
  assert.equal(hub.asked.filter(({ host }) => host === "files").length, 0, "no weights before the licence");
  await shoot(page, "licence");

  hub.pauseMs = 1500;
  await dialog.getByRole("button", { name: "Accept and download" }).click();
  await dialog.getByText(/ of \d+ KB/).waitFor();
  await shoot(page, "download");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.getByText("Not whole").waitFor();
  await shoot(page, "not-whole");
  hub.pauseMs = 0;
  await dialog.getByRole("button", { name: "Resume" }).click();
  await dialog.getByRole("button", { name: "Accept and download" }).click();

  const karlo = dialog.getByRole("listitem", { name: "small-karlo" });
  await karlo.waitFor({ timeout: patience });
  await page.getByText("small-karlo is installed.").waitFor();
  for (const part of [
    /creativeml-openrail-m/,
    /licence accepted on \d{4}-/,
    /upsampler-256-last/,
    /clip \(16 numbers\)/,
  ])
    await karlo.getByText(part).first().waitFor();
  await karlo.getByRole("button", { name: "Verify" }).click();
  await karlo.getByText("Whole: every network ran").waitFor({ timeout: patience });
  await shoot(page, "verified");

  await karlo.getByRole("button", { name: "Remove" }).click();
  await karlo.getByText("Remove small-karlo?").waitFor();
  await shoot(page, "question");
  await karlo.getByRole("button", { name: "Keep it" }).click();
  await karlo.getByRole("button", { name: "Remove" }).click();
  await karlo.getByRole("button", { name: "Remove it" }).click();
  await page.getByText("small-karlo is removed.").waitFor();
  assert.equal(await karlo.count(), 0);
  assert.deepEqual(faults, []);
});

test("the pack gets the name and the 8-bit weights that are chosen in the dialog", async () => {
  const { page, faults } = await editor.visit();
  await page.getByRole("button", { name: "Models (M)" }).click();
  const dialog = page.getByRole("dialog", { name: "Models" });
  await dialog.getByLabel(/^Add from 127\.0\.0\.1/).fill(id);
  await dialog.getByLabel("Precision").selectOption("8 bits (written here)");
  await dialog.getByLabel("Name of the pack").fill("small-eight");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByRole("button", { name: "Accept and download" }).click();
  const pack = dialog.getByRole("listitem", { name: "small-eight" });
  await pack.getByText("(8-bit weights)").waitFor({ timeout: patience });
  assert.equal(await dialog.getByLabel("Name of the pack").inputValue(), "", "the next one has another name");
  await pack.getByRole("button", { name: "Remove" }).click();
  // Its weights are nowhere else.
  await pack.getByRole("button", { name: "Remove it" }).click();
  await page.getByText("small-eight is removed.").waitFor();
  assert.deepEqual(faults, []);
});

test("a folder elsewhere is added by its address and the hash of its list, and a cancelled download keeps its name", async () => {
  const { page, faults } = await editor.visit();
  await page.getByRole("button", { name: "Models (M)" }).click();
  const dialog = page.getByRole("dialog", { name: "Models" });
  const source = dialog.getByLabel(/^Add from 127\.0\.0\.1/);
  const hash = dialog.getByLabel("SHA-256");
  await source.fill(id);
  assert.equal(await hash.count(), 0, "the hub says its hashes itself");
  const sha256 = plain.list();
  await source.fill(plain.folder);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByRole("alert").getByText(`If its publisher says the same, name it: --sha256 ${sha256}`).waitFor();
  await shoot(page, "address-without-hash");
  await dialog.getByRole("button", { name: "Dismiss" }).click();

  await source.fill(plain.folder);
  await hash.fill(` ${sha256.toUpperCase()} `);
  await dialog.getByLabel("Name of the pack").fill("from-afar");
  await shoot(page, "address");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await hash.waitFor({ state: "detached" });
  plain.pauseMs = 1500;
  await dialog.getByRole("button", { name: "Accept and download" }).click();
  await dialog.getByText(/ of \d+ KB/).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.getByText("It goes on where it stopped and becomes from-afar.").waitFor();
  await shoot(page, "address-not-whole");
  plain.pauseMs = 0;
  await dialog.getByRole("button", { name: "Resume" }).click();
  await dialog.getByRole("button", { name: "Accept and download" }).click();
  const pack = dialog.getByRole("listitem", { name: "from-afar" });
  await pack.getByText(/licence accepted on/).waitFor({ timeout: patience });
  await pack.getByRole("button", { name: "Remove" }).click();
  await pack.getByRole("button", { name: "Remove it" }).click();
  await page.getByText("from-afar is removed.").waitFor();
  assert.deepEqual(faults, []);
});

test("what cannot be added says why and what to do, in the place where it was asked for", async () => {
  const { page } = await editor.visit({ dark: true });
  hub.repositories.get(id)!.gated = true;
  await page.keyboard.press("m");
  const dialog = page.getByRole("dialog", { name: "Models" });
  const source = dialog.getByLabel(/^Add from/);
  await source.fill("karlo");
  await source.press("Enter");
  await dialog.getByRole("alert").getByText('"karlo" is no repository of a hub.').waitFor();
  await source.fill(id);
  await source.press("Enter");
  const error = dialog.getByRole("alert");
  await error.getByText("someone/small-karlo is gated").waitFor();
  await error.getByText(/Accept them at .*, then set HF_TOKEN/).waitFor();
  await shoot(page, "gated-dark");
  await dialog.locator(".model-card").getByRole("button", { name: "Dismiss" }).click();
  await error.waitFor({ state: "detached" });
  delete hub.repositories.get(id)!.gated;
});

for (const dark of [false, true])
  test(`in a narrow window, ${dark ? "dark" : "light"}, the dialog is as wide as the window and nothing of it is cut off`, async () => {
    const { page, faults } = await editor.visit({ dark });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Models (M)" }).click();
    const dialog = page.getByRole("dialog", { name: "Models" });
    await dialog.getByLabel(/^Add from/).fill(id);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.getByRole("button", { name: "Accept and download" }).waitFor();
    const wide = await dialog.evaluate((element) => {
      const over = [...element.querySelectorAll("*")].filter(
        (one) =>
          one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === "visible" && one.clientWidth > 0,
      );
      return {
        page: document.documentElement.scrollWidth,
        dialog: element.scrollWidth - element.clientWidth,
        over: over.map(({ className }) => className),
      };
    });
    assert.deepEqual(wide, { page: 390, dialog: 0, over: [] });
    await shoot(page, `narrow-${dark ? "dark" : "light"}`);
    await dialog.getByRole("button", { name: "Decline" }).click();
    await dialog.getByText("Under way").waitFor({ state: "detached" });
    assert.deepEqual(faults, []);
  });
