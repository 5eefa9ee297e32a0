import type { Param } from "@clipwork/engine";
import type { InputProps } from "./input-props.ts";
import { Select } from "./select.tsx";

type ChoiceParam = Extract<Param, { kind: "choice" }>;

/** One of several choices: side by side if there are few, in a list if there are many. */
export function ChoiceInput(props: InputProps<ChoiceParam>) {
  const { id, value, describedBy, onChange } = props;
  const { choices } = props.param;
  const foreign = typeof value === "string" && choices.includes(value) ? [] : [String(value)];
  if (choices.length <= 3 && foreign.length === 0)
    return (
      <fieldset className="segments" aria-describedby={describedBy}>
        {choices.map((choice) => (
          <label key={choice}>
            <input
              id={choice === value ? id : undefined}
              type="radio"
              name={id}
              checked={choice === value}
              onChange={() => onChange(choice)}
            />
            <span>{choice}</span>
          </label>
        ))}
      </fieldset>
    );
  return (
    <Select {...props}>
      {[...foreign, ...choices].map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </Select>
  );
}
