import type { InputProps } from "./input-props.ts";

/** On or off. */
export function SwitchInput({ id, value, describedBy, onChange }: InputProps) {
  return (
    <input
      id={id}
      className="switch"
      type="checkbox"
      role="switch"
      aria-checked={value === true}
      aria-describedby={describedBy}
      checked={value === true}
      onChange={({ target }) => onChange(target.checked)}
    />
  );
}
