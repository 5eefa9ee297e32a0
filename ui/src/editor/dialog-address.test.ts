import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOfDialog, dialogAt, type OpenDialog } from "./dialog-address.ts";

const dialogs = ["node-packs", "models"];

test("a dialog has an address, and what it says about one thing another one, whatever that is called", () => {
  const all: OpenDialog[] = [
    { dialog: "models" },
    { dialog: "node-packs", about: "@me/clipwork-nodes-film" },
    { dialog: "node-packs", about: "Körnung 100 % #1?" },
  ];
  for (const open of all) assert.deepEqual(dialogAt(addressOfDialog(open), dialogs), open);
  assert.equal(addressOfDialog(all[1]!), "/node-packs/%40me%2Fclipwork-nodes-film");
  assert.equal(addressOfDialog({}), "/");
});

test("no other address opens one, and one that was cut short opens the dialog", () => {
  for (const path of ["/", "/nothing", "/models/a/b", "/Models", "/constructor", ""])
    assert.equal(dialogAt(path, dialogs), undefined, path);
  assert.deepEqual(dialogAt("/node-packs/%4", dialogs), { dialog: "node-packs" });
  assert.deepEqual(dialogAt("/models/", dialogs), { dialog: "models" });
});
