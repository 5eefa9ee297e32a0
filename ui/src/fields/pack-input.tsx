import { usePage, useStore } from "../editor/use-editor.ts";
import type { InputProps } from "./input-props.ts";
import { Select } from "./select.tsx";

/** One of the server's model packs. A pack that it does not have stays chosen, and its problem is shown. */
export function PackInput(props: InputProps) {
  const { value } = props;
  const packs = useStore(usePage().offer, (now) => now.packs);
  const known = packs.some(({ name }) => name === value);
  return (
    <Select {...props}>
      {!known && <option value={String(value)}>{String(value)} (missing)</option>}
      {packs.map((pack) => (
        <option key={pack.name} value={pack.name} disabled={"unusable" in pack}>
          {"unusable" in pack ? `${pack.name} (unusable)` : pack.title}
        </option>
      ))}
    </Select>
  );
}
