import { type ItemState, type NodeView, nodeProgress, type Problem } from "@clipwork/engine";
import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { isStopping } from "../editor/runs.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { seconds } from "../runs/words.ts";
import type { Face } from "./describe.ts";
import { TitleInput } from "./title-input.tsx";

type NodeHeaderProps = {
  readonly id: string;
  readonly title: string;
  readonly face: Face;
  readonly run: NodeView | undefined;
  readonly state: ItemState | undefined;
  readonly fault: Problem | undefined;
  readonly mark: keyof typeof markText | undefined;
  readonly rounds: ReactNode;
};

/** What a mark of the next run says. */
export const markText = { ahead: "the next run computes it", kept: "its values are kept" } as const;

/** The top of a card: its title, which can be edited, and how its node stands in the run. */
export function NodeHeader({ id, title, face, run, state, fault, mark, rounds }: NodeHeaderProps) {
  const { naming, runs, screen, looks } = useEditor();
  const progress = nodeProgress(run);
  const { sentence } = useStore(naming, (now) => now);
  const editing = useStore(screen, (now) => now.editing?.what === "card" && now.editing.id === id);
  const stopping = useStore(runs, (now) => state === "running" && isStopping(now));
  return (
    <header
      className="node-header"
      title={[face.summary, mark && `In the next run: ${markText[mark]}`].filter(Boolean).join("\n")}
    >
      <span className="node-dot" />
      {editing ? (
        <TitleInput
          label={`Title of ${title}`}
          value={title}
          placeholder={face.title}
          done={(typed) => {
            if (typed !== undefined && typed !== title) looks.setTitle("card", id, typed);
            screen.show({ editing: undefined });
          }}
        />
      ) : (
        <span className="node-title">{title}</span>
      )}
      {rounds}
      <span className="node-status">
        {fault && !state ? (
          <span className="node-fault" title={sentence(`${fault.message}\n${fault.remedy}`)}>
            {fault.severity === "error" ? <CircleAlert size={14} /> : <TriangleAlert size={14} />}
          </span>
        ) : stopping ? (
          "stopping after this step"
        ) : (
          statusText(run, state)
        )}
      </span>
      {state === "running" && (
        <progress className="node-progress" max={progress?.all ?? 1} value={progress?.done ?? 0} aria-label={title} />
      )}
    </header>
  );
}

function statusText(run: NodeView | undefined, state: ItemState | undefined): string {
  const progress = nodeProgress(run);
  switch (state) {
    case "running":
      return run?.doing ?? (progress ? `${progress.done}/${progress.all}` : "running");
    case "finished":
      return seconds(run?.ms ?? 0);
    case "cached":
      return "cached";
    case "failed":
      return "failed";
    case "stopped":
      return "stopped";
    case "skipped":
      return "skipped";
    default:
      return "";
  }
}
