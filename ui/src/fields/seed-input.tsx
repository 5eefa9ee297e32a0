import { type Param, parseParam } from "@clipwork/engine";
import { Dices } from "lucide-react";
import { useState } from "react";
import { usePage } from "../editor/use-editor.ts";
import type { InputProps } from "./input-props.ts";

/** A seed: a number, and a die that rolls another one. */
export function SeedInput({ id, param, value, invalid, describedBy, onChange }: InputProps<Param>) {
  const { randomSeed } = usePage();
  const [typed, setTyped] = useState<string>();
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
        value={typed ?? String(value)}
        onChange={({ target }) => {
          setTyped(target.value);
          onChange(target.value.trim() === "" ? undefined : parseParam(param, target.value));
        }}
        onBlur={() => setTyped(undefined)}
      />
      <button type="button" className="icon-button" title="Another seed" onClick={() => onChange(randomSeed())}>
        <Dices size={16} aria-label="Random seed" />
      </button>
    </div>
  );
}
