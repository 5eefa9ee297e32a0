import { ChevronsDownUp, Group, TextCursorInput, Ungroup } from "lucide-react";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { ColourPicker } from "../fields/colour-picker.tsx";

type Props = {
  readonly label: string;
  /** Which of the actions there are. */
  readonly offers: readonly ("rename" | "collapse" | "group" | "ungroup")[];
};

const actions = [
  { name: "rename", says: "Rename", keys: "F2", Icon: TextCursorInput },
  { name: "collapse", says: "Collapse", keys: "Shift+C", Icon: ChevronsDownUp },
  { name: "group", says: "Group", keys: "Ctrl+G", Icon: Group },
  { name: "ungroup", says: "Ungroup", keys: "Ctrl+Shift+G", Icon: Ungroup },
] as const;

/** How what is selected looks: its title, its colour, whether it is collapsed or in a group. */
export function LookActions({ label, offers }: Props) {
  const { looks, workflow } = useEditor();
  const colour = useStore(workflow, () => looks.colourOfSelected());
  const run = { rename: looks.rename, collapse: looks.toggleCollapse, group: looks.group, ungroup: looks.ungroup };
  return (
    <>
      {offers.length > 0 && (
        <div className="actions" role="toolbar" aria-label={label}>
          {actions.map(({ name, says, keys, Icon }) =>
            offers.includes(name) ? (
              <button key={name} type="button" className="icon-button" title={`${says} (${keys})`} onClick={run[name]}>
                <Icon size={16} aria-label={says} />
              </button>
            ) : null,
          )}
        </div>
      )}
      <ColourPicker label={`Colour: ${label}`} value={colour} onChoose={looks.colour} />
    </>
  );
}
