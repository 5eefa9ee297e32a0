import { againOutput, type DefinitionJson, type LoopKind, loopOf, roundInput, roundsLimits } from "@clipwork/engine";
import { levelOf } from "../document/levels.ts";
import { roundsOf } from "../document/loops.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

const ways = [
  { value: "once", says: "Runs once" },
  { value: "repeat", says: "Repeats a number of rounds" },
  { value: "while", says: "Repeats as long as it says so" },
] as const;

type Props = { readonly id: string; readonly definition: DefinitionJson };

/** Whether an instance runs once or in rounds, and what then becomes of its ports. */
export function LoopPart({ id, definition }: Props) {
  const { subgraphs, workflow } = useEditor();
  const loop = useStore(workflow, ({ history }) => loopOf(history.present.nodes[id]?.type ?? ""));
  return (
    <>
      <select
        className="input"
        aria-label="How often it runs"
        value={loop ?? "once"}
        onChange={({ target: { value } }) => subgraphs.setLoop(id, value === "once" ? undefined : (value as LoopKind))}
      >
        {ways.map(({ value, says }) => (
          <option key={value} value={value}>
            {says}
          </option>
        ))}
      </select>
      {loop && <p className="muted">{portsInWords(definition, loop)}</p>}
    </>
  );
}

/** What a loop does with the ports of its definition. */
function portsInWords({ inputs = {}, outputs = {} }: DefinitionJson, loop: LoopKind): string {
  const carried = Object.keys(outputs).filter((port) => Object.hasOwn(inputs, port));
  const collected = Object.keys(outputs).filter((port) => !Object.hasOwn(inputs, port));
  return [
    carried.length > 0
      ? `Each round gets ${carried.join(", ")} from the one before.`
      : "Nothing is carried from round to round: give an output the name of an input.",
    collected.length > 0 && `A list of all rounds: ${collected.join(", ")}.`,
    Object.hasOwn(inputs, roundInput) && !carried.includes(roundInput) && "The input round is the number of the round.",
    loop === "while" && `It goes on as long as the output ${againOutput} is true.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** Inside a loop: the round that the cards show. */
export function RoundChooser() {
  const { workflow } = useEditor();
  const path = useStore(workflow, (now) => now.path);
  const rounds = useStore(workflow, (now) => now.rounds);
  const node = useStore(workflow, ({ whole, path }) => levelOf(whole, path.slice(0, -1)).nodes[path.at(-1) ?? ""]);
  const all = node && roundsOf(node);
  if (all === undefined) return null;
  const most = Math.min(Math.max(all, 1), roundsLimits.max);
  return (
    <label className="round-chooser">
      <span>Round</span>
      <input
        className="input"
        type="number"
        min={1}
        max={most}
        value={Math.min(rounds[path.join("/")] ?? most, most)}
        onChange={({ target }) => {
          const round = Math.round(target.valueAsNumber);
          if (round >= 1 && round <= most) workflow.lookAt(path, round);
        }}
      />
      <span className="muted">of {most}</span>
    </label>
  );
}
