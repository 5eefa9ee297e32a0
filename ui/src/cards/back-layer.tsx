import { use, useMemo } from "react";
import { groupsOf } from "../document/groups.ts";
import { notesOf } from "../document/notes.ts";
import { docksOf, framesOf } from "../editor/frames-of-groups.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { CanvasContext } from "./context.ts";
import { GroupFrame } from "./group-frame.tsx";
import { NoteCard } from "./note-card.tsx";

/** Characters of all notes together that are laid out as Markdown; what comes after them is shown as it was written. */
const mostLaidOut = 100_000;

/** All groups and notes of the document, in canvas units. */
export function BackLayer() {
  return (
    <>
      <Groups />
      <Notes />
    </>
  );
}

function Groups() {
  const { workflow } = useEditor();
  const { sizeOf, sized } = use(CanvasContext);
  const present = useStore(workflow, ({ history }) => history.present);
  const tick = useStore(sized, (now) => now);
  const groups = groupsOf(present);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tick says that sizeOf answers otherwise now.
  const [frames, docks] = useMemo(
    () => [framesOf(present, sizeOf), docksOf(present, sizeOf)] as const,
    [present, sizeOf, tick],
  );
  return [...groups].map(([id, group]) => (
    <GroupFrame key={id} id={id} group={group} box={frames.get(id)!} dock={docks.get(id)} />
  ));
}

function Notes() {
  const { workflow } = useEditor();
  const notes = notesOf(useStore(workflow, ({ history }) => history.present));
  let length = 0;
  return [...notes].map(([id, note]) => {
    length += note.text.length;
    return <NoteCard key={id} id={id} note={note} plain={length > mostLaidOut} />;
  });
}
