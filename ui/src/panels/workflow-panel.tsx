import type { Problem } from "@clipwork/engine";
import { Check, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { titleOf } from "../editor/workflow.ts";
import { AutoPart } from "./auto-part.tsx";
import { Elsewhere } from "./elsewhere.tsx";
import { ExposedList } from "./exposed-list.tsx";
import { InsertSubgraph } from "./insert-subgraph.tsx";
import { LatestPicture } from "./latest-picture.tsx";
import { ProblemList } from "./problem-list.tsx";
import { Setting } from "./setting.tsx";

/** The workflow itself: what it exposes, as a form, and what is wrong with it. */
export function WorkflowPanel() {
  const { workflow, problems, runs, naming } = useEditor();
  const present = useStore(workflow, ({ history }) => history.present);
  const { all } = useStore(problems, (now) => now);
  const notices = useStore(runs, ({ shown }) => shown?.notices);
  const { sentence } = useStore(naming, (now) => now);
  const description = present.meta?.description;
  const exposed = Object.entries(present.exposed ?? {});
  const [arranging, setArranging] = useState(false);
  return (
    <>
      {/* First, so that it is seen without scrolling: on a phone the rest fills the sheet. */}
      <Failures />
      <section className="panel-part">
        <LatestPicture />
        <h2>{titleOf(present)}</h2>
        {typeof description === "string" && <p className="muted">{description}</p>}
        {arranging ? (
          <ExposedList />
        ) : (
          exposed.map(([name, addresses]) => <Setting key={name} name={name} addresses={[addresses].flat()} />)
        )}
        {exposed.length === 0 && (
          <p className="muted">
            Select a node to see its parameters here. The sign beside a parameter&apos;s name exposes it: it then stands
            here, in the form, and at the command line.
          </p>
        )}
        {exposed.length > 0 && (
          <button type="button" className="button" aria-pressed={arranging} onClick={() => setArranging(!arranging)}>
            {arranging ? <Check size={14} aria-hidden /> : <SlidersHorizontal size={14} aria-hidden />}
            {arranging ? "Done" : "Arrange what is exposed"}
          </button>
        )}
      </section>
      {all.length > 0 && (
        <section className="panel-part">
          <h3>Problems</h3>
          <ProblemList list={all} />
        </section>
      )}
      {Object.keys(present.nodes).length > 0 && <AutoPart />}
      {Object.keys(present.nodes).length > 0 && <Elsewhere />}
      <InsertSubgraph />
      {notices && notices.size > 0 && (
        <section className="panel-part">
          <h3>Notices of the run</h3>
          {[...notices].map((notice) => (
            <p key={notice} className="muted">
              {sentence(notice)}
            </p>
          ))}
        </section>
      )}
    </>
  );
}

/** What failed in the shown run. */
function Failures() {
  const nodes = useStore(useEditor().runs, ({ shown }) => shown?.nodes);
  const failures = [...(nodes ?? [])].flatMap(([node, { failure }]): Problem[] =>
    failure
      ? [{ code: "failed", severity: "error", node, message: failure.message, remedy: failure.remedy ?? "" }]
      : [],
  );
  if (failures.length === 0) return null;
  return (
    <section className="panel-part">
      <h3>Failed in the run</h3>
      <ProblemList list={failures} />
    </section>
  );
}
