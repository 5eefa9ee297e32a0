import type { ReactNode } from "react";
import type { InputProps } from "./input-props.ts";

/** The list of a field that takes one of many; its children are the options. */
export function Select({
  id,
  value,
  invalid,
  describedBy,
  onChange,
  children,
}: Omit<InputProps, "param"> & { readonly children: ReactNode }) {
  return (
    <select
      id={id}
      className="input"
      aria-describedby={describedBy}
      aria-invalid={invalid}
      value={String(value)}
      onChange={({ target }) => onChange(target.value)}
    >
      {children}
    </select>
  );
}
