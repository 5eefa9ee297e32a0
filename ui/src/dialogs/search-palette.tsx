import { useEffect, useMemo, useRef, useState } from "react";
import { type Found, searchNodes } from "../document/search.ts";
import type { Search } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** The search for a node to add, where it was requested. */
export function SearchPalette() {
  const search = useStore(useEditor().screen, (now) => now.search);
  return search ? <Palette key={`${search.at.x} ${search.at.y}`} search={search} /> : null;
}

const width = 320;
const height = 360;

function Palette({ search }: { readonly search: Search }) {
  const { edits, screen, canvas } = useEditor();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { from, type } = search;
  const found = useMemo(() => {
    const seek =
      from && type ? { side: from.side === "output" ? ("input" as const) : ("output" as const), type } : undefined;
    return searchNodes(edits.environment(), words, seek);
  }, [edits, words, from, type]);
  useEffect(() => {
    box.current!.style.left = `${Math.max(8, Math.min(search.at.x, innerWidth - width - 8))}px`;
    box.current!.style.top = `${Math.max(8, Math.min(search.at.y, innerHeight - height - 8))}px`;
  }, [search]);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const close = () => screen.show({ search: undefined });
  const take = (entry: Found | undefined) => {
    if (!entry) return;
    close();
    const left = from?.side === "input";
    const place = { x: search.place.x - (left ? 240 : 0), y: search.place.y - 20 };
    const id = edits.addFound(entry, place, from);
    if (id === undefined) return;
    void canvas.get().view?.focusLater(id);
  };
  return (
    <dialog
      ref={box}
      open
      className="palette"
      aria-label="Add a node"
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <input
        className="input"
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={found[at] ? `palette-${at}` : undefined}
        aria-label="Search nodes"
        placeholder={
          from
            ? `What ${from.side === "output" ? "takes" : "gives"} ${type?.kind.replace("-", " ") ?? "it"}?`
            : "Search nodes"
        }
        value={words}
        onChange={({ target }) => {
          setWords(target.value);
          setAt(0);
        }}
        onBlur={close}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else if (event.key === "Enter") take(found[at]);
          else if (event.key !== "Tab") return;
          event.preventDefault();
        }}
      />
      <div ref={list} id="palette-list" role="listbox" aria-label="Nodes">
        {found.map((one, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus and points at its options.
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the combobox.
          <div
            key={one.definition.type}
            id={`palette-${i}`}
            role="option"
            aria-selected={i === at}
            title={one.definition.summary}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(one)}
            onPointerEnter={() => setAt(i)}
          >
            <span className="kind-dot" data-group={one.definition.type.split(".")[0]} />
            <strong>{one.definition.title}</strong>
            {one.port !== undefined && <code>{one.port}</code>}
            <small>{one.definition.summary}</small>
          </div>
        ))}
        {found.length === 0 && <p className="muted">No node fits.</p>}
      </div>
    </dialog>
  );
}
