import { addressOfDialog, dialogAt } from "../editor/dialog-address.ts";
import type { Screen } from "../editor/screen.ts";
import { at } from "../server/root.ts";

/** Opens the dialog that the page's address names, and writes the open one into it from now on. */
export function keepAddress(screen: Screen, dialogs: readonly { readonly id: string }[]): void {
  const ids = dialogs.map(({ id }) => id);
  const path = location.pathname.slice(at("").length);
  const named = dialogAt(path, ids);
  if (named) screen.show(named);
  let { dialog, about } = screen.get();
  screen.listen(() => {
    const now = screen.get();
    if (now.dialog === dialog && now.about === about) return;
    ({ dialog, about } = now);
    history.replaceState(null, "", at(addressOfDialog(now)) + location.hash);
  });
}
