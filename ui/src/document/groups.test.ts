import assert from "node:assert/strict";
import { test } from "node:test";
import { colours, readDocument, type WorkflowJson } from "@clipwork/engine";
import fc from "fast-check";
import { painting, testCatalogue } from "../testing/catalogue.ts";
import { copyNodes, pasteNodes } from "./clipboard.ts";
import { compare } from "./compare.ts";
import { newId, placeOf, removeNodes } from "./edit.ts";
import { addGroup, groupOf, groupsOf, groupWith, joinGroups, seenWith, setGroup, ungroup } from "./groups.ts";
import { begin, type History, redo, step, undo } from "./history.ts";
import { lookOf, setLook } from "./look.ts";
import { nodeNames } from "./names.ts";
import { addNote, notesOf, removeNotes, setNote } from "./notes.ts";

const note = { text: "Why", x: 0, y: 0, width: 240, height: 120 };
const stage = (members: readonly string[]) => ({ title: "Stage", members });
const membersOf = (workflow: WorkflowJson) =>
  Object.fromEntries([...groupsOf(workflow)].map(([id, { members }]) => [id, members]));
const painted: WorkflowJson = addNote(addGroup(painting, "g", stage(["paint", "save"])), "n", note);

test("a node is in one group: a new group takes its members from others, and one that is empty goes", () => {
  const two = addGroup(painted, "h", stage(["caption", "paint"]));
  assert.deepEqual(membersOf(two), { g: ["save"], h: ["caption", "paint"] });
  assert.deepEqual(membersOf(addGroup(two, "i", stage(["save"]))), { h: ["caption", "paint"], i: ["save"] });
  assert.equal(groupWith(two, "save"), "g");
  assert.equal(groupWith(painting, "save"), undefined);
  assert.equal(groupOf(two, new Set(["paint", "caption"])), "h");
  assert.equal(groupOf(two, new Set(["paint"])), undefined);
});

test("the nodes of a collapsed group are seen as one", () => {
  assert.deepEqual(seenWith(painted, "paint"), ["paint"]);
  const collapsed = setGroup(painted, "g", { collapsed: true });
  assert.deepEqual(seenWith(collapsed, "save"), ["paint", "save"]);
  assert.deepEqual(seenWith(collapsed, "caption"), ["caption"]);
});

test("nodes join and leave groups; a group loses the nodes that are removed, and its frame when it is dissolved", () => {
  const joined = joinGroups(
    painted,
    new Map([
      ["caption", "g"],
      ["save", undefined],
    ]),
  );
  assert.deepEqual(membersOf(joined), { g: ["paint", "caption"] });
  assert.deepEqual(
    membersOf(
      joinGroups(
        painted,
        new Map([
          ["paint", undefined],
          ["save", undefined],
        ]),
      ),
    ),
    {},
  );
  assert.deepEqual(
    membersOf(
      joinGroups(
        painted,
        new Map([
          ["paint", "g"],
          ["save", "g"],
        ]),
      ),
    ),
    { g: ["paint", "save"] },
  );
  assert.deepEqual(membersOf(removeNodes(painted, new Set(["save"]))), { g: ["paint"] });
  const bare = removeNodes(painted, new Set(["save", "paint"]));
  assert.equal("groups" in bare, false);
  const dissolved = ungroup(painted, ["g"]);
  assert.equal("groups" in dissolved, false);
  assert.equal(dissolved.nodes, painted.nodes);
});

test("fields of a group that this version does not know stay, and one that cannot be read is left as it is", () => {
  const odd = {
    ...painting,
    groups: { g: { ...stage(["paint", "save"]), shape: "round" }, broken: 3 },
  } as never as WorkflowJson;
  assert.deepEqual(membersOf(odd), { g: ["paint", "save"] });
  const changed = removeNodes(setGroup(odd, "g", { colour: "teal" }), new Set(["save"])) as { groups?: object };
  assert.deepEqual(changed.groups, {
    g: { title: "Stage", members: ["paint"], shape: "round", colour: "teal" },
    broken: 3,
  });
});

test("a note keeps to its limits, and loses its colour when none is chosen", () => {
  const changed = setNote(painted, "n", { width: 9, height: 9_999, x: 1.6, text: "x".repeat(20_000), colour: "red" });
  assert.deepEqual(notesOf(changed).get("n"), {
    text: "x".repeat(10_000),
    x: 2,
    y: 0,
    width: 120,
    height: 2_000,
    colour: "red",
  });
  assert.equal(notesOf(setNote(changed, "n", { colour: undefined })).get("n")!.colour, undefined);
  assert.equal(setNote(painted, "gone", { x: 1 }), painted);
  assert.equal(setNote(painted, "n", { x: 0.2 }), painted);
  assert.equal("notes" in removeNotes(painted, new Set(["n"])), false);
  assert.equal(removeNotes(painted, new Set(["other"])), painted);
});

test("a card has a title, a colour and a width of its own, within the limits, beside its place", () => {
  const changed = setLook(painting, ["paint"], {
    title: "  My\n  painter ",
    colour: "blue",
    width: 5_000,
    collapsed: true,
  });
  assert.deepEqual(lookOf(changed, "paint"), { title: "My painter", colour: "blue", width: 800, collapsed: true });
  assert.equal(placeOf(changed, "paint").x, 300);
  assert.equal(changed.nodes, painting.nodes, "what is computed is the same");
  const plain = setLook(changed, ["paint"], { title: "", colour: undefined, width: undefined, collapsed: false });
  assert.deepEqual(plain.layout, painting.layout);
  assert.equal(setLook(painting, ["paint"], { title: "" }), painting);
});

test("sentences have the title that a card was given, numbered where another has it too", () => {
  const named = setLook(painting, ["paint", "save"], { title: "Fox" });
  const names = nodeNames(named.nodes, testCatalogue, named.layout);
  assert.deepEqual([names.get("paint"), names.get("save")], ["Fox", "Fox 2"]);
});

test("copies bring groups that are copied whole, notes and the looks of cards", () => {
  const looked = setLook(painted, ["paint"], { title: "Fox", colour: "red" });
  const copied = copyNodes(looked, new Set(["paint", "save"]), new Set(["n"]));
  const { workflow, ids, notes } = pasteNodes(looked, copied, { x: 10, y: 20 });
  assert.deepEqual(membersOf(workflow), { g: ["paint", "save"], group: [...ids] });
  assert.deepEqual(notesOf(workflow).get(notes[0]!), { ...note, x: 10, y: 20 });
  assert.deepEqual(lookOf(workflow, ids[0]!), { title: "Fox", colour: "red" });
  const part = copyNodes(looked, new Set(["paint"]));
  assert.equal("groups" in part || "notes" in part, false);
});

test("versions are compared by the titles of groups and cards and the words of notes", () => {
  const now = (change: (workflow: WorkflowJson) => WorkflowJson) => compare(painted, change(painted), testCatalogue);
  const paint = testCatalogue.get("image.paint")!.title;
  assert.deepEqual(
    now((it) => setGroup(it, "g", { title: "Paint" })),
    [{ about: "Title of Group Stage", before: "Stage", now: "Paint" }],
  );
  assert.deepEqual(
    now((it) => ungroup(it, ["g"])),
    [{ about: "Group Stage", before: "removed" }],
  );
  assert.deepEqual(
    now((it) => setNote(it, "n", { text: "Because" })),
    [{ about: "Note", before: "Why", now: "Because" }],
  );
  assert.deepEqual(
    now((it) => removeNotes(it, new Set(["n"]))),
    [{ about: "Note", before: "Why", now: "removed" }],
  );
  assert.deepEqual(
    now((it) => setLook(it, ["paint"], { title: "Fox" })),
    [{ about: `Title of ${paint}`, before: "nothing", now: "Fox" }],
  );
  assert.deepEqual(
    now((it) => setNote(it, "n", { x: 50 })),
    [{ about: "Places on the canvas" }],
  );
});

// Any series of edits of groups, notes and cards.

type Edit = (workflow: WorkflowJson) => WorkflowJson;
const picked = fc.subarray(Object.keys(painting.nodes), { minLength: 1 });
const colour = fc.constantFrom(...colours, undefined);
const anyOf = (ids: Iterable<string>, n: number) => [...ids][n % Math.max(1, [...ids].length)] ?? "none";
const edits: fc.Arbitrary<Edit> = fc.oneof(
  picked.map(
    (members): Edit =>
      (it) => {
        const there = members.filter((id) => Object.hasOwn(it.nodes, id));
        return there.length > 0 ? addGroup(it, newId("group", it.groups ?? {}), stage(there)) : it;
      },
  ),
  fc.tuple(fc.nat(9), colour, fc.boolean()).map(
    ([n, colour, collapsed]): Edit =>
      (it) =>
        setGroup(it, anyOf(groupsOf(it).keys(), n), { colour, collapsed: collapsed || undefined }),
  ),
  fc.tuple(picked, fc.nat(9)).map(
    ([nodes, n]): Edit =>
      (it) =>
        joinGroups(
          it,
          new Map(
            nodes
              .filter((id) => Object.hasOwn(it.nodes, id))
              .map((node) => [node, n === 0 ? undefined : anyOf(groupsOf(it).keys(), n)]),
          ),
        ),
  ),
  fc.nat(9).map(
    (n): Edit =>
      (it) =>
        ungroup(it, [anyOf(groupsOf(it).keys(), n)]),
  ),
  fc.nat(9).map(
    (n): Edit =>
      (it) =>
        removeNodes(it, new Set([anyOf(Object.keys(it.nodes), n)])),
  ),
  fc.tuple(picked, fc.nat(9)).map(
    ([nodes, n]): Edit =>
      (it) =>
        pasteNodes(it, copyNodes(it, new Set(nodes), new Set([anyOf(notesOf(it).keys(), n)])), { x: 9, y: 9 }).workflow,
  ),
  fc.tuple(fc.string(), fc.double({ noNaN: true, min: -1e6, max: 1e6 })).map(
    ([text, x]): Edit =>
      (it) =>
        addNote(it, newId("note", it.notes ?? {}), { ...note, text, x }),
  ),
  fc.tuple(fc.nat(9), fc.string(), colour, fc.double({ noNaN: true, min: -9e3, max: 9e3 })).map(
    ([n, text, colour, size]): Edit =>
      (it) =>
        setNote(it, anyOf(notesOf(it).keys(), n), { text, colour, width: size, y: size }),
  ),
  fc.nat(9).map(
    (n): Edit =>
      (it) =>
        removeNotes(it, new Set([anyOf(notesOf(it).keys(), n)])),
  ),
  fc.tuple(picked, fc.string(), colour, fc.nat(2_000), fc.boolean()).map(
    ([nodes, title, colour, width, collapsed]): Edit =>
      (it) =>
        setLook(
          it,
          nodes.filter((id) => Object.hasOwn(it.nodes, id)),
          { title, colour, width, collapsed },
        ),
  ),
);

test("any series of edits of groups, notes and cards leaves a document without a warning, and is undone to the same bytes", () => {
  fc.assert(
    fc.property(fc.array(edits, { maxLength: 25 }), (all) => {
      let history: History<WorkflowJson> = begin(painted);
      const states = [JSON.stringify(painted)];
      for (const edit of all) {
        const before = history;
        history = step(history, edit(history.present));
        if (history !== before) states.push(JSON.stringify(history.present));
        assert.deepEqual(readDocument(history.present).problems, []);
      }
      for (const state of states.toReversed()) {
        assert.equal(JSON.stringify(history.present), state);
        history = undo(history);
      }
      assert.equal(history.present, painted);
      for (const state of states.slice(1)) {
        history = redo(history);
        assert.equal(JSON.stringify(history.present), state);
      }
    }),
  );
});
