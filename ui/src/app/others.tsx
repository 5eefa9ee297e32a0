import { PanelsTopLeft } from "lucide-react";
import { colourOf, initialsOf, presenceWords } from "../editor/presence.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** How many of them are drawn. */
const most = 5;

/** Who else has the document in front open. A screen reader hears it when somebody comes or goes. */
export function Others() {
  const { presence, tabs, runs } = useEditor();
  const front = useStore(tabs, (now) => now.front);
  const connected = useStore(runs, (now) => now.connected);
  const here = useStore(presence, (now) => now.get(front));
  const { others, more } = connected && here ? here : { others: [], more: 0 };
  const hidden = others.slice(most).length + more;
  return (
    <div className="others" role="status">
      {others.length > 0 && <span className="spoken">{presenceWords(others, more)}</span>}
      {others.slice(0, most).map((other) => (
        <span
          key={`${other.name} ${other.own}`}
          className="other"
          data-colour={other.own ? "own" : colourOf(other.name)}
          title={presenceWords([other], 0)}
          aria-hidden
        >
          {other.own ? <PanelsTopLeft size={13} /> : initialsOf(other.name)}
        </span>
      ))}
      {hidden > 0 && (
        <span className="other" data-colour="more" title={presenceWords(others, more)} aria-hidden>
          +{hidden}
        </span>
      )}
    </div>
  );
}
