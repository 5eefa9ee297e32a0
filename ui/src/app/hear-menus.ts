import type { Point } from "../canvas/geometry.ts";
import type { Editor } from "../editor/create-editor.ts";
import type { MenuKind } from "../menus/menu-kind.ts";

/** Milliseconds that a finger rests for a menu, and pixels that it may tremble. */
const pressMs = 500;
const tremble = 10;

/** Fields keep the browser's own menu, which corrects and pastes. */
const fields = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** Opens menus from now on: by right click, by a long press, and by the key for what has the focus. */
export function hearMenus(editor: Editor, menus: readonly MenuKind[]): void {
  /** Opens the menu of the innermost thing around the element that has one; false if there is none. */
  function open(target: Element, at: Point | undefined): boolean {
    for (let element: Element | null = target; element; element = element.parentElement) {
      for (const { id, on, opening } of menus) {
        const about = on && element.matches(on.selector) ? on.about(element) : undefined;
        if (about === undefined) continue;
        opening?.(about, editor);
        editor.screen.show({ menu: { kind: id, about, ...(at && { at }) }, search: undefined });
        return true;
      }
    }
    return false;
  }

  addEventListener("contextmenu", (event) => {
    const target = event.target as Element;
    if (event.defaultPrevented || target.closest(fields)) return;
    // Keys ask without a pointer, and so at no place. A long press asks twice: its own event comes after ours.
    const byKey = event.button !== 2 && (event as PointerEvent).pointerType !== "touch";
    const isOpen = !byKey && editor.screen.get().menu !== undefined && pressed;
    if (isOpen || open(target, byKey ? undefined : { x: event.clientX, y: event.clientY })) event.preventDefault();
  });

  let pressed = false;
  addEventListener(
    "pointerdown",
    ({ pointerType, target, clientX, clientY, pointerId }) => {
      pressed = false;
      if (pointerType !== "touch" || (target as Element).closest(fields)) return;
      const off = new AbortController();
      const timer = setTimeout(() => {
        pressed = open(target as Element, { x: clientX, y: clientY });
        off.abort();
      }, pressMs);
      const end = () => {
        clearTimeout(timer);
        off.abort();
      };
      const stray = (event: PointerEvent) => {
        if (event.pointerId !== pointerId || Math.hypot(event.clientX - clientX, event.clientY - clientY) > tremble)
          end();
      };
      const heard = { signal: off.signal, capture: true };
      addEventListener("pointermove", stray, heard);
      addEventListener("pointerdown", end, heard);
      addEventListener("pointerup", end, heard);
      addEventListener("pointercancel", end, heard);
    },
    { capture: true },
  );
  // The finger that has opened a menu is lifted over it, or over what it pressed: that is no click.
  addEventListener(
    "click",
    (event) => {
      if (!pressed) return;
      pressed = false;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}
