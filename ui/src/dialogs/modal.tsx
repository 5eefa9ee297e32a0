import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";

import { Messages } from "./messages.tsx";

type Props = { readonly title: string; readonly wide?: boolean; readonly children: ReactNode; onClose(): void };

/** A dialog in front of everything else: traps the focus, closes with Escape or a click outside, and restores the focus. */
export function Modal({ title, wide = false, children, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const element = dialog.current!;
    element.showModal();
    return () => {
      element.close();
      before?.focus?.({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, handled by the dialog itself.
    <dialog
      ref={dialog}
      className="modal"
      data-wide={wide || undefined}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="modal-body">
        <header>
          <h2>{title}</h2>
          <button type="button" className="icon-button" title="Close (Escape)" onClick={onClose}>
            <X size={16} aria-label="Close" />
          </button>
        </header>
        {children}
      </div>
      <Messages />
    </dialog>
  );
}
