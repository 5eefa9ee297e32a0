import type { Param } from "@clipwork/engine";
import { CaptionInput } from "./caption-input.tsx";
import type { InputProps } from "./input-props.ts";

/** Text: a caption if it may have several lines, else one line. */
export function TextInput(props: InputProps<Extract<Param, { readonly kind: "text" }>>) {
  const { id, param, value, invalid, describedBy, onChange } = props;
  if (param.multiline) return <CaptionInput {...props} />;
  return (
    <input
      id={id}
      className="input"
      type="text"
      dir="auto"
      aria-describedby={describedBy}
      aria-invalid={invalid}
      value={typeof value === "string" ? value : JSON.stringify(value)}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
