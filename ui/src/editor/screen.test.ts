import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeBrowser } from "../testing/fake-ports.ts";
import { createScreen, detailsPanel } from "./screen.ts";

test("parts are opened and closed without touching the others", () => {
  const screen = createScreen(new FakeBrowser());
  screen.show({ dialog: "open", link: "a.b" });
  screen.show({ side: "runs" });
  screen.show({ dialog: undefined });
  assert.deepEqual(screen.get(), { side: "runs", link: "a.b" });
});

test("asking for a field turns to the panel of details", () => {
  const screen = createScreen(new FakeBrowser());
  screen.show({ side: "runs" });
  screen.focusField("paint", "seed");
  assert.deepEqual(screen.get(), { side: detailsPanel, focusField: { node: "paint", port: "seed" } });
});

test("the next region is the browser's to find", () => {
  const browser = new FakeBrowser();
  createScreen(browser).focusNextRegion();
  assert.equal(browser.regions, 1);
});
