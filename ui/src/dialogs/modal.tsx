import { X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";

import { Messages } from "./messages.tsx";

type Props = {
  readonly title: string;
  readonly wide?: boolean;
  /** Fills the window. */
  readonly full?: boolean;
  /** Stands beside the title. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
  onClose(): void;
  onKeyDown?(event: KeyboardEvent): void;
};

/** A dialog in front of everything else: traps the focus, closes with Escape or a click outside, and restores the focus. */
export function Modal({ title, wide = false, full = false, tools, children, onClose, onKeyDown }: Props) {
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
    <dialog
      ref={dialog}
      className="modal"
      data-wide={wide || undefined}
      data-full={full || undefined}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={onKeyDown}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="modal-body">
        <header>
          <h2 title={title}>{title}</h2>
          {tools}
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
