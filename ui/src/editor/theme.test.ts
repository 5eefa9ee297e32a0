import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeBrowser, FakeDisk } from "../testing/fake-ports.ts";
import { createThemes } from "./theme.ts";

function themes(disk = new FakeDisk(), dark = false) {
  const browser = new FakeBrowser();
  browser.dark = dark;
  return { browser, disk, theme: createThemes({ storage: disk.page().storage, browser }) };
}

test("the page has the system's theme, and follows it", () => {
  const { browser, theme } = themes(undefined, true);
  assert.deepEqual([theme.get(), browser.theme], ["dark", "dark"]);
  browser.turnDark(false);
  assert.deepEqual([theme.get(), browser.theme], ["light", "light"]);
});

test("what the user has chosen stays, whatever the system does and after a reload", () => {
  const { browser, disk, theme } = themes();
  theme.toggle();
  assert.deepEqual([theme.get(), browser.theme], ["dark", "dark"]);
  browser.turnDark(true);
  browser.turnDark(false);
  assert.equal(theme.get(), "dark");
  assert.equal(themes(disk).theme.get(), "dark");
});

test("what is kept under the name of the theme but is none counts for nothing", () => {
  const disk = new FakeDisk();
  disk.texts.set("clipwork.theme", "<script>");
  assert.equal(themes(disk, true).theme.get(), "dark");
});
