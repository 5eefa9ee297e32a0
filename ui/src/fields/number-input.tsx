import { parseParam } from "@clipwork/engine";
import { useState } from "react";
import type { InputProps } from "./input-props.ts";
import { fromSlider, type NumberParam, sliderSteps, stepOf, toSlider } from "./slider.ts";

/** A slider with exact entry. Typed text goes into the document as it is, so that the engine says what is wrong with it. */
export function NumberInput({ id, param, value, invalid, describedBy, onChange }: InputProps<NumberParam>) {
  const [typed, setTyped] = useState<string>();
  const { min, max } = param;
  const fallback = param.default as number | null;
  const number = typeof value === "number" && Number.isFinite(value) ? value : (fallback ?? min);
  const slidable = max - min <= 10_000;
  const read = (text: string) => (text.trim() === "" ? undefined : parseParam(param, text));
  const enter = (text: string) => {
    setTyped(text);
    onChange(read(text));
  };
  // Undo may have taken back what was typed.
  const stands = typed !== undefined && Object.is(read(typed) ?? fallback, value ?? fallback);
  return (
    <div className="number">
      {slidable && (
        <input
          type="range"
          className="slider"
          aria-label={`${id.split(":").at(-1)}, slider`}
          min={0}
          max={sliderSteps}
          value={toSlider(number, param)}
          data-empty={value === null || undefined}
          onChange={({ target }) => {
            setTyped(undefined);
            onChange(fromSlider(target.valueAsNumber, param));
          }}
        />
      )}
      <input
        id={id}
        className="input exact"
        type="text"
        inputMode="decimal"
        autoComplete="off"
        aria-describedby={describedBy}
        aria-invalid={invalid}
        placeholder="default"
        value={stands ? typed : value === null ? "" : String(value)}
        onChange={({ target }) => enter(target.value)}
        onBlur={() => setTyped(undefined)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
          event.preventDefault();
          setTyped(undefined);
          const by = (event.key === "ArrowUp" ? 1 : -1) * stepOf(param) * (event.shiftKey ? 10 : 1);
          onChange(Math.min(max, Math.max(min, Number((number + by).toPrecision(12)))));
        }}
      />
    </div>
  );
}
