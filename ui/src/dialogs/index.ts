import type { ReactNode } from "react";
import { modelsDialog } from "../editor/models.ts";
import { nodePacksDialog } from "../editor/node-packs.ts";
import { Documents } from "./documents.tsx";
import { ModelsDialog } from "./models.tsx";
import { NodePacksDialog } from "./node-packs.tsx";
import { Shortcuts } from "./shortcuts-sheet.tsx";
import { Templates } from "./templates.tsx";
import { WorkersDialog } from "./workers.tsx";

export type DialogKind = {
  readonly id: string;
  /** Its title, and its name among the shortcuts. */
  readonly label: string;
  /** The key that opens it, as the table of keys writes it. */
  readonly key?: string;
  readonly wide?: true;
  readonly Dialog: () => ReactNode;
};

/** The dialogs that open by name. Keys and the shortcuts sheet are drawn from this list. */
export const dialogs: readonly DialogKind[] = [
  { id: "documents", label: "Documents", key: "Ctrl+O", wide: true, Dialog: Documents },
  { id: "templates", label: "Templates", key: "T", wide: true, Dialog: Templates },
  { id: modelsDialog, label: "Models", key: "M", wide: true, Dialog: ModelsDialog },
  { id: nodePacksDialog, label: "Node packs", key: "P", wide: true, Dialog: NodePacksDialog },
  { id: "workers", label: "Workers", key: "Shift+W", wide: true, Dialog: WorkersDialog },
  { id: "shortcuts", label: "Shortcuts", key: "?", wide: true, Dialog: Shortcuts },
];
