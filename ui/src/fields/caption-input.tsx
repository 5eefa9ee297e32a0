import { readDocument, usedPacks } from "@clipwork/engine";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { complete, hintsFor, readCaption } from "../document/vocabulary.ts";
import { usePage, useStore } from "../editor/use-editor.ts";
import type { InputProps } from "./input-props.ts";

const none: readonly string[] = [];

/**
 * A caption: words that the document's model pack does not know are marked, and its vocabulary suggests how to continue.
 */
export function CaptionInput({ id, value, invalid, describedBy, onChange }: InputProps) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const field = useRef<HTMLTextAreaElement>(null);
  /** Where the user is typing; undefined while the field is not edited: then nothing is suggested. */
  const [caret, setCaret] = useState<number>();
  const [jump, setJump] = useState<number>();
  const vocabulary = useVocabulary();
  const pieces = useMemo(() => readCaption(text, vocabulary), [text, vocabulary]);
  const unknown = [...new Set(pieces.filter(({ kind }) => kind === "unknown").map((piece) => piece.text))];
  useLayoutEffect(() => {
    if (jump === undefined) return;
    field.current!.focus();
    field.current!.setSelectionRange(jump, jump);
    setCaret(jump);
    setJump(undefined);
  }, [jump]);
  const take = (hint: string) => {
    if (caret === undefined) return;
    const completed = complete(text, caret, hint);
    onChange(completed.text);
    setJump(completed.caret);
  };
  const noteCaret = ({ selectionStart, selectionEnd }: HTMLTextAreaElement) =>
    setCaret(selectionStart === selectionEnd ? selectionStart : undefined);
  return (
    <div className="caption">
      <div className="caption-layers">
        <div className="caption-mirror" aria-hidden>
          {pieces.map((piece, i) =>
            piece.kind === "unknown" ? <mark key={i.toString()}>{piece.text}</mark> : piece.text,
          )}
        </div>
        <textarea
          ref={field}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          rows={4}
          dir="auto"
          value={text}
          onChange={({ target }) => {
            onChange(target.value);
            noteCaret(target);
          }}
          onSelect={({ currentTarget }) => noteCaret(currentTarget)}
          onBlur={() => setCaret(undefined)}
        />
      </div>
      {unknown.length > 0 && <p className="caption-unknown">The model does not know: {unknown.join(", ")}</p>}
      <div className="caption-hints">
        {(caret === undefined ? none : hintsFor(text, caret, vocabulary)).map((hint) => (
          <button
            key={hint}
            type="button"
            className="chip"
            // The field keeps the focus, and with it the place where the word goes.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(hint)}
          >
            {hint}
          </button>
        ))}
      </div>
    </div>
  );
}

/** The words of the packs that the document uses. */
function useVocabulary(): readonly string[] {
  const { offer, workflow } = usePage();
  const { catalogue, packs } = useStore(offer, (now) => now);
  const nodes = useStore(workflow, ({ history }) => history.present.nodes);
  return useMemo(() => {
    const { document } = readDocument({ format: "clipwork/1", nodes });
    const used = document ? usedPacks(document, catalogue) : none;
    return packs.flatMap((pack) => ("vocabulary" in pack && used.includes(pack.name) ? pack.vocabulary : none));
  }, [catalogue, packs, nodes]);
}
