import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServer } from "../testing/fake-server.ts";
import { settled, startEditor } from "../testing/start-editor.ts";
import { colourOf, initialsOf, presenceWords } from "./presence.ts";

test("two pages with one document open see one another, until one of them closes it or is gone", async () => {
  const server = new FakeServer();
  const [one, two] = [await startEditor({ server }), await startEditor({ server })];
  await one.editor.files.save();
  const { id } = one.editor.workflow.get();
  const others = ({ editor }: typeof one) =>
    editor.presence
      .get()
      .get(id)
      ?.others.map(({ pages }) => pages);
  await settled();
  assert.deepEqual([others(one), others(two)], [[], undefined], "each has a document of its own");
  await two.editor.files.openSaved(id);
  await settled();
  assert.deepEqual([others(one), others(two)], [[1], [1]]);
  two.editor.files.openNew();
  await settled();
  assert.deepEqual(others(one), [1], "it is open in a tab behind");
  await two.editor.files.close(id);
  await settled();
  assert.deepEqual(others(one), []);
  await two.editor.files.openSaved(id);
  await settled();
  assert.deepEqual(others(one), [1]);
  two.close();
  await settled();
  assert.deepEqual(others(one), []);
});

test("a page that comes back is seen again, and sees who is there then", async () => {
  const { editor, socket, server } = await startEditor();
  const { id } = editor.workflow.get();
  socket.disconnect();
  server.network.visit(id, ["anna"]);
  socket.connect();
  await settled();
  assert.deepEqual(editor.presence.get().get(id)?.others, [{ name: "anna", pages: 1 }]);
});

test("people are told apart by initials and a colour that their name has on every page", () => {
  assert.deepEqual(["anna", "max-planck", "x", "Ωmega 3 four", "--"].map(initialsOf), ["AN", "MP", "X", "Ω3", "?"]);
  assert.equal(colourOf("anna"), colourOf("anna"));
  const used = new Set(Array.from({ length: 60 }, (_, i) => colourOf(`person-${i}`)));
  assert.deepEqual([...used].sort(), [0, 1, 2, 3, 4, 5]);
});

test("who else is there is said in one sentence", () => {
  const anna = { name: "anna", pages: 2 };
  const own = (pages: number) => ({ name: "owner", pages, own: true }) as const;
  assert.deepEqual(
    [
      presenceWords([anna], 0),
      presenceWords([own(1)], 0),
      presenceWords([own(3)], 0),
      presenceWords([own(1), anna], 0),
      presenceWords([own(1), anna, { name: "bert", pages: 1 }], 4),
    ],
    [
      "anna also has this document open.",
      "Another tab also has this document open.",
      "3 other tabs also have this document open.",
      "Another tab and anna also have this document open.",
      "Another tab, anna, bert and 4 more also have this document open.",
    ],
  );
});
