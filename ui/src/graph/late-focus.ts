/** What a user types in or chooses from. */
const taken = "input, textarea, select, dialog, [role=menu]";

/** Moves the focus to the element without scrolling the page, unless the user has gone to a field, a menu or a dialog meanwhile. */
export function focusUnlessTaken(element: HTMLElement | null | undefined): void {
  if (!document.activeElement?.closest(taken)) element?.focus({ preventScroll: true });
}
