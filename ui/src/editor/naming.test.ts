import assert from "node:assert/strict";
import { test } from "node:test";
import { setParam } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { startEditor } from "../testing/start-editor.ts";

test("nodes, links and the engine's sentences are read by titles; what is no id stays", async () => {
  const { editor } = await startEditor();
  const { name, end, sentence } = editor.naming.get();
  assert.deepEqual(
    [name("paint"), name("gone"), end("caption.text"), end("odd")],
    ["Paint", "gone", "Prompt, text", "odd"],
  );
  assert.equal(
    sentence(
      '"save.image" needs image, but "caption.text" gives text. Put a image.paint node between; "red" is fine, e.g. so.',
    ),
    '“Save image: image” needs image, but “Prompt: text” gives text. Put a “Paint” node between; "red" is fine, e.g. so.',
  );
  assert.equal(
    sentence('Node "paint" was chosen, constructor.name too.'),
    "Node “Paint” was chosen, constructor.name too.",
  );
});

test("names change when a node comes or goes, and not with every letter that is typed", async () => {
  const { editor } = await startEditor();
  const before = editor.naming.get();
  editor.workflow.edit((now) => setParam(now, { node: "caption", port: "text" }, "x"));
  assert.equal(editor.naming.get(), before);
  editor.workflow.edit((now) => ({ ...now, nodes: { ...now.nodes, other: painting.nodes.caption } }));
  assert.equal(editor.naming.get().name("other"), "Prompt 2");
});
