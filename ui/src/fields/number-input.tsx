import { type Param, parseParam } from "@clipwork/engine";
import { useState } from "react";
import type { InputProps } from "./input-props.ts";

type NumberParam = Extract<Param, { kind: "integer" | "number" }>;

/** A slider with exact entry. What is typed goes into the document as it is, so that the engine says what is wrong with it. */
export function NumberInput({ id, param, value, invalid, describedBy, onChange }: InputProps<NumberParam>) {
  const [typed, setTyped] = useState<string>();
  const { min, max, kind } = param;
  const fallback = param.default as number | null;
  const number = typeof value === "number" && Number.isFinite(value) ? value : (fallback ?? min);
  const slidable = max - min <= 10_000;
  const enter = (text: string) => {
    setTyped(text);
    onChange(text.trim() === "" ? undefined : parseParam(param, text));
  };
  return (
    <div className="number">
      {slidable && (
        <input
          type="range"
          className="slider"
          aria-label={`${id.split(":").at(-1)}, slider`}
          min={0}
          max={1000}
          value={toSlider(number, min, max)}
          data-empty={value === null || undefined}
          onChange={({ target }) => {
            setTyped(undefined);
            onChange(fromSlider(target.valueAsNumber, min, max, kind === "integer"));
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
        value={typed ?? (value === null ? "" : String(value))}
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

/** Wide ranges are squared, so that small numbers, which matter most, have room. */
function toSlider(value: number, min: number, max: number): number {
  const share = (Math.min(max, Math.max(min, value)) - min) / (max - min || 1);
  return Math.round((max - min > 200 ? Math.sqrt(share) : share) * 1000);
}

function fromSlider(slider: number, min: number, max: number, whole: boolean): number {
  const at = slider / 1000;
  const value = min + (max - min) * (max - min > 200 ? at * at : at);
  return whole ? Math.round(value) : Number(value.toPrecision(3));
}

function stepOf({ kind, min, max }: NumberParam): number {
  return kind === "integer" ? 1 : max - min <= 2 ? 0.05 : 0.5;
}
