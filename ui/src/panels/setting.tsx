import { setParam } from "../document/edit.ts";
import { descriptionOf } from "../document/expose.ts";
import { exposedParams } from "../document/exposed.ts";
import { usePage, useStore } from "../editor/use-editor.ts";
import { Field } from "../fields/field.tsx";

type Props = {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Without the names of the nodes, which mean nothing to people who only use the workflow. */
  readonly plain?: true;
};

/** What the workflow exposes under one name: a change goes to every parameter that the name stands for. */
export function Setting({ name, addresses, plain }: Props) {
  const { offer, problems, workflow, naming } = usePage();
  const { end: read } = useStore(naming, (now) => now);
  const present = useStore(workflow, ({ history }) => history.present);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const byNode = useStore(problems, (now) => now.byNode);
  const found = exposedParams(present, addresses, catalogue);
  const [first] = found;
  if (!first) return null;
  const problem = found.map(({ end }) => byNode.get(end.node)?.find(({ port }) => port === end.port)).find(Boolean);
  const more =
    found.length > 1 && !plain ? ` Sets ${found.map(({ end }) => read(`${end.node}.${end.port}`)).join("; ")}.` : "";
  const summary = descriptionOf(present, name) ?? first.param.summary + more;
  return (
    <Field
      id={`setting:${name}`}
      name={name}
      param={{ ...first.param, summary }}
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
