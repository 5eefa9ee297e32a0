import { type Colour, presentationLimits } from "@clipwork/engine";
import { freeSpot } from "../canvas/free-spot.ts";
import { boxAt, type Point, type Size } from "../canvas/geometry.ts";
import { moveNodes, newId } from "../document/edit.ts";
import { addGroup, groupOf, groupsOf, groupWith, joinGroups, setGroup, ungroup } from "../document/groups.ts";
import { lookOf, setLook, titleFrom } from "../document/look.ts";
import { addNote, moveNotes, notesOf, setNote } from "../document/notes.ts";
import type { Canvas } from "./canvas.ts";
import { groupsAfterMove, type SizeOf } from "./frames-of-groups.ts";
import type { Messages } from "./messages.ts";
import { sayUndoable } from "./say-undoable.ts";
import type { Screen } from "./screen.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** What the user does to groups, notes and the looks of cards. None of it changes what is computed. */
export type Looks = {
  /** Puts a frame around the selected nodes, and has its title edited. */
  group(): void;
  /** Takes the frames away that the selected nodes stand in. */
  ungroup(): void;
  /** Selects the members of a group. */
  selectGroup(id: string): void;
  /** Adds a note where it lies on nothing, near a place or else near the middle of the window, and has its text edited. */
  addNote(place?: Point): void;
  /** Has the title of the selected card or group edited in place, or the text of the selected note. */
  rename(): void;
  /** Gives a card or a group a title; a card with an empty one has that of its type. */
  setTitle(what: "card" | "group", id: string, typed: string): void;
  /** Collapses the group that is selected, else the selected cards; or opens them if all are collapsed. */
  toggleCollapse(): void;
  /** The colour of what is selected: the group, else cards and notes; `undefined` for none. */
  colour(colour: Colour | undefined): void;
  /** The colour that all of what is selected has. */
  colourOfSelected(): Colour | undefined;
  /** Nodes were dragged to these places, and the selected notes with them by as much. Cards join the group that they are put down in. */
  moved(places: ReadonlyMap<string, Point>, by: Point): void;
};

/** Of a note that was just added. */
const noteSize: Size = { width: 240, height: 120 };

type Needs = {
  readonly workflow: OpenWorkflow;
  readonly screen: Screen;
  readonly canvas: Canvas;
  readonly messages: Messages;
};

export function createLooks({ workflow, screen, canvas, messages }: Needs): Looks {
  const { present, edit, select } = workflow;
  const selection = () => workflow.get().selection;
  const selectedNotes = () => workflow.get().selectedNotes ?? new Set<string>();
  const selectedGroup = () => (selectedNotes().size > 0 ? undefined : groupOf(present(), selection()));

  const sizeOf: SizeOf = (id) => canvas.get().view?.sizeOf(id);

  const setTitle: Looks["setTitle"] = (what, id, typed) => {
    if (what === "card") edit((now) => setLook(now, [id], { title: typed }));
    else edit((now) => setGroup(now, id, { title: titleFrom(typed) }));
  };

  return {
    group() {
      const members = Object.keys(present().nodes).filter((id) => selection().has(id));
      if (members.length === 0) {
        messages.say("Nothing is selected to make a group of.", { more: "Select nodes: Shift and drag a box." });
        return;
      }
      const same = selectedGroup();
      if (same !== undefined) {
        screen.show({ editing: { what: "group", id: same } });
        return;
      }
      const groups = groupsOf(present());
      if (groups.size >= presentationLimits.groups) {
        messages.say(`A document has at most ${presentationLimits.groups} groups.`, { tone: "error" });
        return;
      }
      const robbed = [...groups.values()].filter((group) => group.members.some((member) => selection().has(member)));
      const id = newId("group", present().groups ?? {});
      edit((now) => addGroup(now, id, { title: "Group", members }));
      screen.show({ editing: { what: "group", id } });
      if (robbed.length > 0)
        sayUndoable(
          workflow,
          messages,
          `Groups do not nest: the new one took cards of ${robbed.map(({ title }) => `“${title}”`).join(", ")}.`,
        );
    },
    ungroup() {
      const one = selectedGroup();
      const around = [...selection()].flatMap((id) => groupWith(present(), id) ?? []);
      edit((now) => ungroup(now, one === undefined ? around : [one]));
    },
    selectGroup(id) {
      select(groupsOf(present()).get(id)?.members ?? []);
    },
    addNote(place) {
      if (notesOf(present()).size >= presentationLimits.notes) {
        messages.say(`A document has at most ${presentationLimits.notes} notes.`, { tone: "error" });
        return;
      }
      const { view } = canvas.get();
      const wanted = boxAt(place ?? view?.middle().place ?? { x: 0, y: 0 }, noteSize);
      const notes = [...notesOf(present()).values()].map((note) => boxAt(note, note));
      const { x, y } = freeSpot(wanted, [...(view?.boxes().values() ?? []), ...notes]);
      const id = newId("note", present().notes ?? {});
      const at = { x: Math.round(x), y: Math.round(y) };
      edit((now) => addNote(now, id, { text: "", ...at, ...noteSize, colour: "yellow" }));
      select([], [id]);
      screen.show({ editing: { what: "note", id } });
    },
    rename() {
      const group = selectedGroup();
      const [card, ...cards] = selection();
      const [note, ...notes] = selectedNotes();
      if (group !== undefined && cards.length > 0) screen.show({ editing: { what: "group", id: group } });
      else if (card !== undefined && cards.length === 0) {
        screen.show({ editing: { what: "card", id: card } });
        void canvas.showReadably(card);
      } else if (card === undefined && note !== undefined && notes.length === 0)
        screen.show({ editing: { what: "note", id: note } });
    },
    setTitle,
    toggleCollapse() {
      const group = selectedGroup();
      if (group !== undefined && selection().size > 1) {
        const { collapsed } = groupsOf(present()).get(group)!;
        edit((now) => setGroup(now, group, { collapsed: collapsed ? undefined : true }));
        return;
      }
      const all = [...selection()].every((id) => lookOf(present(), id).collapsed);
      edit((now) => setLook(now, selection(), { collapsed: !all }));
    },
    colour(colour) {
      const group = selectedGroup();
      edit((now) => {
        if (group !== undefined && selection().size > 1) return setGroup(now, group, { colour });
        let coloured = setLook(now, selection(), { colour });
        for (const id of selectedNotes()) coloured = setNote(coloured, id, { colour });
        return coloured;
      });
    },
    colourOfSelected() {
      const group = selectedGroup();
      if (group !== undefined && selection().size > 1) return groupsOf(present()).get(group)!.colour;
      const cards = [...selection()].map((id) => lookOf(present(), id).colour);
      const all = [...cards, ...[...selectedNotes()].map((id) => notesOf(present()).get(id)?.colour)];
      return all.every((one) => one === all[0]) ? all[0] : undefined;
    },
    moved(places, by) {
      const joined = groupsAfterMove(present(), places, sizeOf);
      edit((now) => moveNotes(joinGroups(moveNodes(now, places), joined), selectedNotes(), by));
    },
  };
}
