import { type Param, parseParam } from "@clipwork/engine";
import { Dices } from "lucide-react";
import { useState } from "react";
import { usePage } from "../editor/use-editor.ts";
import type { InputProps } from "./input-props.ts";

/** A seed: a number, and a die that rolls another one. */
export function SeedInput({ id, param, value, invalid, describedBy, onChange }: InputProps<Param>) {
  const { randomSeed } = usePage();
  const [typed, setTyped] = useState<string>();
  const read = (text: string) => (text.trim() === "" ? undefined : parseParam(param, text));
  // Undo may have taken back what was typed.
  const stands = typed !== undefined && Object.is(read(typed) ?? param.default, value);
  return (
    <div className="seed">
      <input
        id={id}
        className="input exact"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        aria-describedby={describedBy}
        aria-invalid={invalid}
        value={stands ? typed : String(value)}
        onChange={({ target }) => {
          setTyped(target.value);
          onChange(read(target.value));
        }}
        onBlur={() => setTyped(undefined)}
      />
      <button type="button" className="icon-button" title="Another seed" onClick={() => onChange(randomSeed())}>
        <Dices size={16} aria-label="Random seed" />
      </button>
    </div>
  );
}
