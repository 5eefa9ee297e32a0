import { Check } from "lucide-react";
import { Fragment, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Point } from "../canvas/geometry.ts";
import type { OpenMenu } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { useCommands } from "../keys/use-commands.ts";
import { menus } from "./index.ts";
import { type Entry, entryOf, type MenuKind } from "./menu-kind.ts";
import { createTypeahead, stepTo } from "./moving.ts";

/** The menu that is open, if one is. */
export function ContextMenu() {
  const open = useStore(useEditor().screen, (now) => now.menu);
  const kind = menus.find(({ id }) => id === open?.kind);
  if (!open || !kind) return null;
  return (
    <nav aria-label="Menu">
      <Menu key={`${kind.id} ${open.about} ${open.at?.x} ${open.at?.y}`} kind={kind} open={open} />
    </nav>
  );
}

/** Pixels that stay free between the menu and the window's edge. */
const margin = 8;

function Menu({ kind, open }: { readonly kind: MenuKind; readonly open: OpenMenu }) {
  const editor = useEditor();
  const commands = useCommands();
  const menu = useRef<HTMLDivElement>(null);
  const [before] = useState(() => document.activeElement as HTMLElement | null);
  const [at] = useState(() => open.at ?? placeAt(before));
  // What it offers stays as it was when it opened, whatever a run changes meanwhile.
  const [groups] = useState(() =>
    kind
      .entries(open.about, { editor, at, command: (label) => entryOf(commands, label, editor) })
      .filter((group) => group.length > 0),
  );
  const [typed] = useState(createTypeahead);
  const close = () => {
    editor.screen.show({ menu: undefined });
    if (before?.isConnected) before.focus({ preventScroll: true });
  };

  useLayoutEffect(() => {
    const element = menu.current!;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(margin, Math.min(at.x, innerWidth - width - margin))}px`;
    element.style.top = `${Math.max(margin, Math.min(at.y, innerHeight - height - margin))}px`;
    // A pointer has its own place; keys begin at the first entry.
    const [first] = itemsOf(element);
    (open.at ? element : (first ?? element)).focus({ preventScroll: true });
  }, [at, open]);
  useEffect(() => {
    const off = new AbortController();
    const hide = () => editor.screen.show({ menu: undefined });
    const outside = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) hide();
    };
    addEventListener("pointerdown", outside, { signal: off.signal, capture: true });
    addEventListener("wheel", outside, { signal: off.signal, capture: true });
    addEventListener("resize", hide, { signal: off.signal });
    addEventListener("blur", hide, { signal: off.signal });
    return () => off.abort();
  }, [editor]);

  const press = (event: KeyboardEvent) => {
    // The page's own keys rest while a menu is open.
    event.stopPropagation();
    const all = itemsOf(menu.current!);
    const now = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape" || event.key === "Tab") close();
    else {
      const next =
        stepTo(event.key, now, all.length) ??
        typed(
          event,
          now,
          all.map((one) => one.dataset.label ?? ""),
        );
      if (next === undefined) return;
      all[next]?.focus();
    }
    event.preventDefault();
  };
  const take = (entry: Entry) => {
    if (entry.refused !== undefined) return;
    close();
    entry.run();
  };

  return (
    <div
      ref={menu}
      className="menu"
      role="menu"
      aria-label={kind.label(open.about, editor)}
      tabIndex={-1}
      onKeyDown={press}
      onContextMenu={(event) => event.preventDefault()}
    >
      <p className="menu-title" aria-hidden>
        {kind.label(open.about, editor)}
      </p>
      {groups.map((group, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the groups of an open menu do not change.
        <Fragment key={i}>
          {i > 0 && <hr />}
          {group.map((entry) => (
            <Item key={entry.label} entry={entry} onTake={() => take(entry)} />
          ))}
        </Fragment>
      ))}
      {groups.length === 0 && <p className="muted">There is nothing to do here.</p>}
    </div>
  );
}

function Item({ entry, onTake }: { readonly entry: Entry; onTake(): void }) {
  const { label, key, checked, refused, file } = entry;
  const props = {
    role: checked === undefined ? "menuitem" : "menuitemcheckbox",
    className: "menu-item",
    tabIndex: -1,
    "data-label": label,
    ...(checked === undefined ? {} : { "aria-checked": checked }),
    ...(refused === undefined ? {} : { "aria-disabled": true, title: refused }),
    onClick: onTake,
    onPointerMove: ({ currentTarget }: React.PointerEvent<HTMLElement>) => currentTarget.focus({ preventScroll: true }),
  } as const;
  const content = (
    <>
      <span className="menu-check">{checked && <Check size={14} aria-hidden />}</span>
      <span className="menu-label">{label}</span>
      {key !== undefined && <kbd>{key}</kbd>}
    </>
  );
  return file ? (
    <a {...props} href={file.address} download={file.name}>
      {content}
    </a>
  ) : (
    <button {...props} type="button">
      {content}
    </button>
  );
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
}

/** Where a menu opens that no pointer asked for: at the lower left corner of what has the focus. */
function placeAt(element: HTMLElement | null): Point {
  if (!element || element === document.body) return { x: innerWidth / 3, y: innerHeight / 3 };
  const { left, top, bottom, height } = element.getBoundingClientRect();
  return { x: left + margin, y: Math.min(bottom, top + Math.min(height, 40)) };
}
