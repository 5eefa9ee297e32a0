import type { ReactNode } from "react";
import { Inspector } from "./inspector.tsx";
import { Outline } from "./outline.tsx";
import { RunsPanel } from "./runs-panel.tsx";

export type SidePanel = {
  readonly id: string;
  readonly label: string;
  /** The key that opens it, as the table of keys writes it. */
  readonly key?: string;
  readonly Panel: () => ReactNode;
};

/** The panels at the side, in the order of their tabs. Tabs, keys and the shortcuts sheet are drawn from this list. */
export const sidePanels: readonly SidePanel[] = [
  { id: "node", label: "Details", key: "1", Panel: Inspector },
  { id: "runs", label: "Runs", key: "2", Panel: RunsPanel },
  { id: "outline", label: "Outline", key: "3", Panel: Outline },
];
