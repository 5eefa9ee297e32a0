import { type ItemState, loopOf, type NodeJson } from "@clipwork/engine";
import { Repeat } from "lucide-react";
import { roundsOf } from "../document/loops.ts";
import { newestRound } from "../editor/newest-round.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { useRunId } from "../editor/use-node.ts";

type Props = { readonly id: string; readonly node: NodeJson; readonly state: ItemState | undefined };

/** How many rounds a loop runs and, while it runs, which one; nothing for what is no loop. */
export function Rounds({ id, node, state }: Props) {
  const { runs } = useEditor();
  const at = useRunId(id);
  const rounds = roundsOf(node);
  const now = useStore(runs, ({ shown }) =>
    rounds !== undefined && state === "running" && shown ? newestRound(shown, at) : undefined,
  );
  if (rounds === undefined) return null;
  const most = loopOf(node.type) === "while" ? "up to " : "";
  const words = now === undefined ? `${most}${rounds} rounds` : `round ${now} of ${most}${rounds}`;
  return (
    <span className="node-rounds" title={words}>
      <Repeat size={12} aria-hidden />
      {now === undefined ? `${most ? "≤ " : ""}${rounds}` : `${now}/${rounds}`}
      <span className="spoken">{words}</span>
    </span>
  );
}
