import assert from "node:assert/strict";
import { test } from "node:test";
import { commandsFor } from "../keys/table.ts";
import { attributes, html, plant, textOf } from "../testing/render.ts";
import { startEditor } from "../testing/start-editor.ts";

// A new panel: one file, and one line in the list.
await plant("panels/notes.tsx", `export function Notes() { return <p>My notes</p>; }`);
await plant("panels/index.ts", (now) =>
  now
    .replace("import { Outline }", 'import { Notes } from "./notes.tsx";\nimport { Outline }')
    .replace("\n];", '\n  { id: "notes", label: "Notes", key: "4", Panel: Notes },\n];'),
);
const { sidePanels } = await import("./index.ts");
const { Side } = await import("./side.tsx");
const { Shortcuts } = await import("../dialogs/shortcuts-sheet.tsx");

test("a new panel is one file and one line: it has a tab, a key and a row in the shortcuts sheet, and opens", async () => {
  const { editor } = await startEditor();
  const commands = commandsFor(sidePanels, []);
  assert.deepEqual(attributes(html(editor, Side, {}), "id").slice(0, 4), [
    "tab-node",
    "tab-runs",
    "tab-outline",
    "tab-notes",
  ]);
  assert.match(textOf(html(editor, Shortcuts, {}, commands)), /Outline 3 Notes 4/);
  commands.find(({ keys }) => keys.includes("4"))!.run(editor, { key: "4" });
  assert.match(html(editor, Side, {}), /aria-selected="true"[^>]*>Notes</);
  assert.match(html(editor, Side, {}), /<p>My notes<\/p>/);
});

test("every panel has an id, a name and a key of its own", () => {
  for (const part of ["id", "label", "key"] as const)
    assert.equal(new Set(sidePanels.map((panel) => panel[part])).size, sidePanels.length);
});

test("the tab of the panel that is shown is selected, and no other", async () => {
  const { editor } = await startEditor();
  for (const { id } of sidePanels) {
    editor.screen.show({ side: id });
    const side = html(editor, Side, {});
    const [tabs] = /<div class="tabs".*?<\/div>/s.exec(side)!;
    assert.deepEqual(
      attributes(tabs, "aria-selected"),
      sidePanels.map((panel) => String(panel.id === id)),
    );
    assert.deepEqual(attributes(side, "aria-labelledby"), [`tab-${id}`]);
  }
});

test("the panel is folded away and comes back by its key, and when one of its panels is asked for", async () => {
  const { editor } = await startEditor();
  const commands = commandsFor(sidePanels, []);
  const press = (key: string) => commands.find(({ keys }) => keys.includes(key))!.run(editor, { key });
  press("\\");
  assert.deepEqual(attributes(html(editor, Side, {}), "role"), [], "no tabs");
  assert.match(html(editor, Side, {}), /Show the panel/);
  press("\\");
  assert.match(html(editor, Side, {}), /role="tablist"/);
  press("\\");
  press("2");
  assert.match(html(editor, Side, {}), /aria-selected="true"[^>]*>Runs</);
  press("\\");
  editor.screen.focusField("paint", "seed");
  assert.match(html(editor, Side, {}), /role="tablist"/);
});
