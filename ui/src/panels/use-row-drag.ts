import { type PointerEvent, useCallback, useRef, useState } from "react";

/** A row that is being dragged, and the place where it would be put. */
export type RowDrag = {
  readonly id?: string;
  readonly to?: number;
  /** For the grip of a row. */
  grip(id: string): {
    onPointerDown(event: PointerEvent<HTMLElement>): void;
    onPointerMove(event: PointerEvent<HTMLElement>): void;
    onPointerUp(): void;
    onPointerCancel(): void;
  };
};

type Dragged = { readonly id: string; readonly to: number };

/**
 * Lets the rows of a list be put elsewhere with mouse, pen or finger. `put` gets the row and the place that it has from then on. `grip` stays the
 * same function.
 */
export function useRowDrag(put: (id: string, to: number) => void): RowDrag {
  const [at, setAt] = useState<Dragged>();
  /** The same for the grips, whose rows are not drawn anew meanwhile. */
  const now = useRef<Dragged>(undefined);
  const done = useRef(put);
  done.current = put;
  /** The places of the rows in the list, from their middles as they lie when the drag begins. */
  const rows = useRef<readonly HTMLElement[]>([]);
  const grip = useCallback<RowDrag["grip"]>((id) => {
    const set = (next: Dragged | undefined) => {
      now.current = next;
      setAt(next);
    };
    return {
      onPointerDown(event) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const list = event.currentTarget.closest("ol");
        rows.current = list ? ([...list.children] as HTMLElement[]) : [];
        const own = rows.current.findIndex((row) => row.dataset.run === id);
        set({ id, to: own });
      },
      onPointerMove({ clientY }) {
        if (now.current?.id !== id) return;
        const others = rows.current.filter((row) => row.dataset.run !== id);
        const to = others.filter((row) => {
          const { top, height } = row.getBoundingClientRect();
          return clientY > top + height / 2;
        }).length;
        if (to !== now.current.to) set({ id, to });
      },
      onPointerUp() {
        if (now.current?.id === id) done.current(id, now.current.to);
        set(undefined);
      },
      onPointerCancel: () => set(undefined),
    };
  }, []);
  return { ...at, grip };
}
