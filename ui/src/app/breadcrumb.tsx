import { writtenTitle } from "@clipwork/engine";
import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import { definitionAt } from "../document/levels.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { titleOf } from "../editor/workflow.ts";

/** The way from the document to the subgraph that is open; absent in the document itself. */
export function Breadcrumb() {
  const { workflow, subgraphs } = useEditor();
  const path = useStore(workflow, (now) => now.path);
  const whole = useStore(workflow, (now) => now.whole);
  if (path.length === 0) return null;
  const steps = path.map((_, i) => writtenTitle(definitionAt(whole, path.slice(0, i + 1))?.definition) ?? "Subgraph");
  return (
    <nav className="breadcrumb" aria-label="Open subgraph">
      {[titleOf(whole), ...steps].map((title, i) => (
        <Fragment key={i.toString()}>
          {i > 0 && <ChevronRight size={14} aria-hidden />}
          {i < path.length ? (
            <button type="button" className="breadcrumb-step" onClick={() => subgraphs.leave(i)}>
              {title}
            </button>
          ) : (
            <strong className="breadcrumb-step" aria-current="location">
              {title}
            </strong>
          )}
        </Fragment>
      ))}
    </nav>
  );
}
