import type { MouseEvent, ReactNode } from "react";
import { addressOfDialog } from "../editor/dialog-address.ts";
import { useEditor } from "../editor/use-editor.ts";
import { at } from "../server/root.ts";

type Props = { readonly to: string; readonly about?: string; readonly children: ReactNode };

/** A link to a dialog, or to what it says about one thing: opened here, or in a page of its own as the browser's keys have it. */
export function DialogLink({ to, about, children }: Props) {
  const { screen } = useEditor();
  const go = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    screen.show({ dialog: to, about });
  };
  return (
    <a
      className="dialog-link"
      href={at(addressOfDialog({ dialog: to, ...(about !== undefined && { about }) }))}
      onClick={go}
    >
      {children}
    </a>
  );
}
