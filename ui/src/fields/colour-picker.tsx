import { type Colour, colours } from "@clipwork/engine";

type Props = { readonly label: string; readonly value: Colour | undefined; onChoose(colour: Colour | undefined): void };

/** The palette that groups, notes and cards choose from. */
export function ColourPicker({ label, value, onChoose }: Props) {
  return (
    <div className="colours" role="toolbar" aria-label={label} data-nodrag>
      {[undefined, ...colours].map((colour) => (
        <button
          key={colour ?? "none"}
          type="button"
          className="colour"
          data-colour={colour}
          title={colour ?? "no colour"}
          aria-label={colour ?? "no colour"}
          aria-pressed={colour === value}
          onClick={() => onChoose(colour)}
        />
      ))}
    </div>
  );
}
