import { offer } from "../state/catalogue.ts";
import { useStore } from "../state/store.ts";
import type { InputProps } from "./field.tsx";

/** A model pack of those that the server has. One that it does not have stays chosen, and its problem is said. */
export function PackInput({ id, value, invalid, describedBy, onChange }: InputProps) {
  const packs = useStore(offer, (now) => now.packs);
  const known = packs.some(({ name }) => name === value);
  return (
    <select
      id={id}
      className="input"
      aria-describedby={describedBy}
      aria-invalid={invalid}
      value={String(value)}
      onChange={({ target }) => onChange(target.value)}
    >
      {!known && <option value={String(value)}>{String(value)} (missing)</option>}
      {packs.map((pack) => (
        <option key={pack.name} value={pack.name} disabled={"unusable" in pack}>
          {"unusable" in pack ? `${pack.name} (unusable)` : pack.title}
        </option>
      ))}
    </select>
  );
}
