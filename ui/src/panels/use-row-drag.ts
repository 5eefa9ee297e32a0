import { type PointerEvent, useRef, useState } from "react";

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

/** Lets the rows of a list be put elsewhere with mouse, pen or finger. `put` gets the row and the place that it has from then on. */
export function useRowDrag(put: (id: string, to: number) => void): RowDrag {
  const [at, setAt] = useState<{ readonly id: string; readonly to: number }>();
  /** The places of the rows in the list, from their middles as they lie when the drag begins. */
  const rows = useRef<readonly HTMLElement[]>([]);
  const end = () => setAt(undefined);
  return {
    ...at,
    grip: (id) => ({
      onPointerDown(event) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const list = event.currentTarget.closest("ol");
        rows.current = list ? ([...list.children] as HTMLElement[]) : [];
        const own = rows.current.findIndex((row) => row.dataset.run === id);
        setAt({ id, to: own });
      },
      onPointerMove({ clientY }) {
        if (at?.id !== id) return;
        const others = rows.current.filter((row) => row.dataset.run !== id);
        const to = others.filter((row) => {
          const { top, height } = row.getBoundingClientRect();
          return clientY > top + height / 2;
        }).length;
        setAt({ id, to });
      },
      onPointerUp() {
        if (at?.id === id) put(id, at.to);
        end();
      },
      onPointerCancel: end,
    }),
  };
}
