import { type NoteJson, presentationLimits } from "@clipwork/engine";
import { lazy, type PointerEvent, Suspense, use, useEffect, useRef, useState } from "react";
import type { Size } from "../canvas/geometry.ts";
import { setNote } from "../document/notes.ts";
import { detailsPanel } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { CanvasContext } from "./context.ts";
import { dragBy } from "./drag-by.ts";

const NoteText = lazy(() => import("./note-text.tsx"));

type Props = {
  readonly id: string;
  readonly note: NoteJson;
  /** Shown as it was written: the notes together are too long to be laid out. */
  readonly plain: boolean;
};

/** A note on the canvas: Markdown, edited in place. */
export function NoteCard({ id, note, plain }: Props) {
  const { workflow, screen } = useEditor();
  const { carry, dragging, scale, hand } = use(CanvasContext);
  const [resized, setResized] = useState<Size>();
  const selected = useStore(workflow, ({ selectedNotes }) => selectedNotes?.has(id) === true);
  const by = useStore(dragging, (now) => (selected ? now?.by : undefined));
  const editing = useStore(screen, (now) => now.editing?.what === "note" && now.editing.id === id);
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    if ((event.target as Element).closest("[data-nodrag]")) return;
    screen.show({ link: undefined, side: detailsPanel });
    const { selection, selectedNotes = new Set<string>() } = workflow.get();
    if (event.shiftKey || event.ctrlKey || event.metaKey)
      workflow.select(selection, selected ? [...selectedNotes].filter((one) => one !== id) : [...selectedNotes, id]);
    else if (!selected) workflow.select([], [id]);
    carry(event);
  };
  const resize = (event: PointerEvent) => {
    const sizeAt = ({ x, y }: { x: number; y: number }) => ({ width: note.width + x, height: note.height + y });
    dragBy(
      event,
      scale,
      (far) => setResized(sizeAt(far)),
      (far) => {
        setResized(undefined);
        if (far) workflow.edit((now) => setNote(now, id, sizeAt(far)));
      },
      hand(),
    );
  };
  const { width, height } = resized ?? note;
  const { noteWidth, noteHeight } = presentationLimits;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a note is no set of form fields, and a fieldset would bring its looks along.
    <div
      className="note"
      role="group"
      aria-label={`Note: ${note.text.slice(0, 80) || "empty"}`}
      tabIndex={-1}
      data-note={id}
      data-colour={note.colour ?? "grey"}
      data-selected={selected || undefined}
      style={{
        left: note.x,
        top: note.y,
        width: Math.max(noteWidth.least, width),
        height: Math.max(noteHeight.least, height),
        ...(by && { translate: `${by.x}px ${by.y}px` }),
      }}
      onPointerDown={press}
      onDoubleClick={() => screen.show({ editing: { what: "note", id } })}
    >
      {editing ? (
        <NoteEdit id={id} text={note.text} />
      ) : (
        <div className="note-text">
          {note.text.trim() === "" ? (
            <p className="muted">An empty note: double-click to write.</p>
          ) : plain ? (
            <p>{note.text}</p>
          ) : (
            <Suspense fallback={<p>{note.text}</p>}>
              <NoteText text={note.text} />
            </Suspense>
          )}
        </div>
      )}
      <span className="resize-corner" data-nodrag aria-hidden onPointerDown={resize} />
    </div>
  );
}

function NoteEdit({ id, text }: { readonly id: string; readonly text: string }) {
  const { workflow, screen } = useEditor();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current!.focus({ preventScroll: true }), []);
  return (
    <textarea
      className="note-edit"
      data-nodrag
      ref={field}
      aria-label="Text of the note"
      placeholder="Write: **bold**, *italic*, # heading, - list"
      maxLength={presentationLimits.text}
      value={text}
      onChange={({ target }) => workflow.edit((now) => setNote(now, id, { text: target.value }), `note ${id}`)}
      onBlur={() => screen.show({ editing: undefined })}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        event.currentTarget.blur();
      }}
    />
  );
}
