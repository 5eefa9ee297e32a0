import { useStore } from "../state/store.ts";
import { show, ui } from "../state/ui.ts";
import { Modal } from "./modal.tsx";
import { OpenDialog } from "./open-dialog.tsx";
import { Shortcuts } from "./shortcuts-sheet.tsx";
import { Templates } from "./templates.tsx";

const titles = { templates: "Templates", open: "Open", shortcuts: "Shortcuts" };

/** The dialog that is open, if one is. */
export function Dialogs() {
  const dialog = useStore(ui, (now) => now.dialog);
  if (!dialog) return null;
  return (
    <Modal key={dialog} title={titles[dialog]} wide={dialog !== "open"} onClose={() => show({ dialog: undefined })}>
      {dialog === "templates" ? <Templates /> : dialog === "open" ? <OpenDialog /> : <Shortcuts />}
    </Modal>
  );
}
