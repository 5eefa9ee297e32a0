import { type RefObject, useLayoutEffect, useState } from "react";

/** Pixels from one row to the next. The styles say the same. */
export const rowPitch = 32;
/** Rows that are drawn before and after those in sight, so that a turn of the wheel finds them there. */
const beyond = 20;
/** Rows that are drawn before it is known how many there is room for. */
const atFirst = 60;

/** The rows from `from` up to, without, `to`. */
export type Range = { readonly from: number; readonly to: number };

/** Which of `count` rows are drawn where `above` pixels of them are scrolled out of a window of so many pixels. */
export function rangeOf(above: number, height: number, count: number): Range {
  const from = Math.min(count, Math.max(0, Math.floor(above / rowPitch) - beyond));
  return { from, to: Math.min(count, Math.max(from, Math.ceil((above + height) / rowPitch) + beyond)) };
}

/** Which of the rows of a list are drawn: those near what its panel shows. They follow as the panel is scrolled or gets another size. */
export function useRowsInSight(list: RefObject<HTMLElement | null>, count: number): Range {
  const [range, setRange] = useState<Range>({ from: 0, to: atFirst });
  useLayoutEffect(() => {
    const panel = list.current!.closest<HTMLElement>(".side-body")!;
    const look = () => {
      const above = panel.getBoundingClientRect().top - list.current!.getBoundingClientRect().top;
      const { from, to } = rangeOf(above, panel.clientHeight, count);
      setRange((now) => (now.from === from && now.to === to ? now : { from, to }));
    };
    look();
    const resized = new ResizeObserver(look);
    resized.observe(panel);
    panel.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      panel.removeEventListener("scroll", look);
    };
  }, [list, count]);
  return range;
}
