import { useEditor, useStore } from "../editor/use-editor.ts";
import { dialogs } from "./index.ts";
import { Modal } from "./modal.tsx";

/** The dialog that is open, if one is. */
export function Dialogs() {
  const { screen } = useEditor();
  const open = useStore(screen, (now) => now.dialog);
  const kind = dialogs.find(({ id }) => id === open);
  if (!kind) return null;
  const { id, label, wide = false, Dialog } = kind;
  return (
    <Modal key={id} title={label} wide={wide} onClose={() => screen.show({ dialog: undefined })}>
      <Dialog />
    </Modal>
  );
}
