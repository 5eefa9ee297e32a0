import { budgets } from "../editor/auto.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { counted, exactly } from "../runs/words.ts";

/** What runs by itself while one edits, and how much of it. */
export function AutoPart() {
  const { auto, naming } = useEditor();
  const { on, budget, dear, waits } = useStore(auto, (now) => now);
  const { sentence } = useStore(naming, (now) => now);
  return (
    <section className="panel-part auto-part" aria-label="Auto">
      <h3>Auto</h3>
      <label>
        <input type="checkbox" checked={on} onChange={auto.toggle} />
        Run what takes little time when I pause
      </label>
      <label>
        Together up to
        <select
          className="input"
          value={budget}
          disabled={!on}
          onChange={({ target }) => auto.spend(Number(target.value))}
        >
          {budgets.map((ms) => (
            <option key={ms} value={ms}>
              {exactly(ms)}
            </option>
          ))}
        </select>
      </label>
      {on && (waits !== undefined || dear > 0) && (
        <p className="muted">{waits ? sentence(waits) : `${counted(dear, "node")} wait for Run.`}</p>
      )}
    </section>
  );
}
