import type { Problem } from "@clipwork/engine";
import { setParam } from "../document/edit.ts";
import { exposedParams } from "../document/exposed.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { Field } from "../fields/field.tsx";
import { ProblemList } from "./problem-list.tsx";

/** The workflow itself: what it exposes, as a form, and what is wrong with it. */
export function WorkflowPanel() {
  const { workflow, problems, runs, naming } = useEditor();
  const present = useStore(workflow, ({ history }) => history.present);
  const { all } = useStore(problems, (now) => now);
  const notices = useStore(runs, ({ shown }) => shown?.notices);
  const { sentence } = useStore(naming, (now) => now);
  const description = present.meta?.description;
  const exposed = Object.entries(present.exposed ?? {});
  return (
    <>
      <section className="panel-part">
        <h2>{present.meta?.title || "Untitled"}</h2>
        {typeof description === "string" && <p className="muted">{description}</p>}
        {exposed.map(([name, addresses]) => (
          <Setting key={name} name={name} addresses={[addresses].flat()} />
        ))}
        {exposed.length === 0 && <p className="muted">Select a node to see its parameters here.</p>}
      </section>
      <Failures />
      {all.length > 0 && (
        <section className="panel-part">
          <h3>Problems</h3>
          <ProblemList list={all} />
        </section>
      )}
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

type Props = { readonly name: string; readonly addresses: readonly string[] };

/** What the workflow exposes under one name: a change goes to every parameter that the name stands for. */
function Setting({ name, addresses }: Props) {
  const { offer, problems, workflow, naming } = useEditor();
  const { end: read } = useStore(naming, (now) => now);
  const present = useStore(workflow, ({ history }) => history.present);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const byNode = useStore(problems, (now) => now.byNode);
  const found = exposedParams(present, addresses, catalogue);
  const [first] = found;
  if (!first) return null;
  const problem = found.map(({ end }) => byNode.get(end.node)?.find(({ port }) => port === end.port)).find(Boolean);
  const more = found.length > 1 ? ` Sets ${found.map(({ end }) => read(`${end.node}.${end.port}`)).join("; ")}.` : "";
  return (
    <Field
      id={`setting:${name}`}
      name={name}
      param={{ ...first.param, summary: first.param.summary + more }}
      value={first.value}
      ends={found.map(({ end }) => end)}
      own={false}
      problem={problem}
      onChange={(value) =>
        workflow.edit((now) => found.reduce((all, { end }) => setParam(all, end, value), now), `setting ${name}`)
      }
    />
  );
}
