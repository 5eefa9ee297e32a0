import { LayoutGrid, Play } from "lucide-react";
import { useState } from "react";
import type { End } from "../document/edit.ts";
import { addSweep, countOf, firstValues, paramAt, picturesBehind, sweepable } from "../document/sweep.ts";
import { useEditor, useStore, useWhyNot } from "../editor/use-editor.ts";
import { Modal } from "./modal.tsx";

/** Asks for one or two parameters and their values, and adds the nodes that make a picture for each, in a grid with both axes. */
export function SweepDialog() {
  const { screen } = useEditor();
  const end = useStore(screen, (now) => now.sweep);
  if (!end) return null;
  return (
    <Modal title="Sweep" onClose={() => screen.show({ sweep: undefined })}>
      <Sweeping key={addressOf(end)} first={end} />
    </Modal>
  );
}

function addressOf({ node, port }: End): string {
  return `${node}.${port}`;
}

function Sweeping({ first }: { readonly first: End }) {
  const { workflow, offer, naming, screen, runs, canvas, messages } = useEditor();
  const document = useStore(workflow, ({ history }) => history.present);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const { end: nameOf } = useStore(naming, (now) => now);
  const ends = sweepable(document, catalogue);
  const [x, setX] = useState({ end: first, values: firstValues(document, first, catalogue) });
  const [y, setY] = useState<{ readonly end: End; readonly values: string }>();
  const [chosen, setPicture] = useState<string>();
  const pictures = picturesBehind(document, [x.end.node, ...(y ? [y.end.node] : [])], catalogue);
  const picture = chosen !== undefined && pictures.includes(chosen) ? chosen : pictures[0];
  const counts = [x, ...(y ? [y] : [])].map(({ end, values }) => {
    const param = paramAt(document, end, catalogue);
    return param && countOf(param, values);
  });
  const empty = counts.includes(0);
  const refused = useWhyNot("run");
  const add = async (run: boolean) => {
    if (picture === undefined) return;
    const added = addSweep(document, { x, ...(y ? { y } : {}), picture }, catalogue, (end) => nameOf(addressOf(end)));
    screen.show({ sweep: undefined });
    if (!added) {
      messages.say("This server has no nodes that sweep.", { tone: "error" });
      return;
    }
    workflow.edit(() => added.workflow);
    workflow.select([added.grid]);
    if (run) await runs.submit([added.save]);
    await canvas.get().view?.reveal(added.grid);
  };
  return (
    <>
      <AxisFields label="Across" ends={ends} axis={x} other={y?.end} onChange={(next) => next && setX(next)} />
      <AxisFields label="Down" ends={ends} axis={y} other={x.end} optional onChange={setY} />
      {picture === undefined ? (
        <p className="field-problem">No picture of this workflow depends on {y ? "both" : "it"}.</p>
      ) : (
        <label className="sweep-picture">
          Pictures of
          <select className="input" value={picture} onChange={({ target }) => setPicture(target.value)}>
            {pictures.map((output) => (
              <option key={output} value={output}>
                {nameOf(output)}
              </option>
            ))}
          </select>
        </label>
      )}
      <p className="muted" role="status">
        {empty ? "Write at least one value." : sizeText(counts)}
      </p>
      <footer className="sweep-foot">
        <button
          type="button"
          className="button"
          disabled={picture === undefined || empty}
          onClick={() => void add(false)}
        >
          <LayoutGrid size={14} aria-hidden />
          Add
        </button>
        <button
          type="button"
          className="button primary"
          title={refused}
          disabled={picture === undefined || empty || refused !== undefined}
          onClick={() => void add(true)}
        >
          <Play size={14} aria-hidden />
          Add and run
        </button>
      </footer>
    </>
  );
}

function sizeText(counts: readonly (number | undefined)[]): string {
  const all = counts.reduce<number | undefined>((product, count) => product && count && product * count, 1);
  const once = "What does not depend on them is computed once.";
  if (all === undefined) return once;
  const times = counts.length > 1 ? `${counts.join(" × ")} = ` : "";
  return `${times}${all} ${all === 1 ? "picture" : "pictures"}. ${once}`;
}

type Chosen = { readonly end: End; readonly values: string };

type AxisProps = {
  readonly label: string;
  readonly ends: readonly End[];
  readonly axis: Chosen | undefined;
  /** What the other axis has. */
  readonly other: End | undefined;
  readonly optional?: true;
  onChange(axis: Chosen | undefined): void;
};

function AxisFields({ label, ends, axis, other, optional, onChange }: AxisProps) {
  const { workflow, offer, naming } = useEditor();
  const catalogue = useStore(offer, (now) => now.catalogue);
  const { end: nameOf } = useStore(naming, (now) => now);
  const param = axis && paramAt(workflow.present(), axis.end, catalogue);
  const byLine = param?.kind === "text" || param?.kind === "choice";
  const choose = (address: string) => {
    const end = ends.find((one) => addressOf(one) === address);
    onChange(end && { end, values: firstValues(workflow.present(), end, catalogue) });
  };
  const free = ends.filter((end) => !other || addressOf(end) !== addressOf(other));
  return (
    <fieldset className="sweep-axis">
      <legend>{label}</legend>
      <select
        className="input"
        aria-label={`${label}: parameter`}
        value={axis ? addressOf(axis.end) : ""}
        onChange={({ target }) => choose(target.value)}
      >
        {optional && <option value="">nothing</option>}
        {free.map((end) => (
          <option key={addressOf(end)} value={addressOf(end)}>
            {nameOf(addressOf(end))}
          </option>
        ))}
      </select>
      {axis && (
        <textarea
          className="input"
          aria-label={`${label}: values`}
          rows={byLine ? 4 : 1}
          value={axis.values}
          onChange={({ target }) => onChange({ ...axis, values: target.value })}
        />
      )}
      {axis && (
        <small className="muted">
          {byLine ? "One a line." : `With commas between${param?.kind === "boolean" ? "" : "; 1..9 counts up"}.`}
        </small>
      )}
    </fieldset>
  );
}
