import type { Param, Problem } from "@clipwork/engine";
import { RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import type { End } from "../document/edit.ts";
import { usePage, useStore } from "../editor/use-editor.ts";
import { inputs } from "./index.ts";
import type { InputProps } from "./input-props.ts";

type Props = {
  readonly id: string;
  readonly name: string;
  readonly param: Param;
  readonly value: unknown;
  /** The parameters of the document that it is: one of a node, or all that an exposed name stands for. */
  readonly ends: readonly End[];
  readonly problem: Problem | undefined;
  /** Whether the value is the document's own, not the default. */
  readonly own: boolean;
  /** Next to the name: what feeds the parameter, a seed's lock. */
  readonly extra?: ReactNode;
  /** In place of the control, if a link feeds the parameter. */
  readonly instead?: ReactNode;
  onChange(value: unknown): void;
};

/** A parameter: its name, its control, and what is wrong with its value. */
export function Field({ id, name, param, value, ends, problem, own, extra, instead, onChange }: Props) {
  const { sentence } = useStore(usePage().naming, (now) => now);
  const describedBy = `${id}-said`;
  const props = { id, param, value, ends, invalid: problem?.severity === "error", describedBy, onChange };
  return (
    <div className="field" data-kind={param.kind} data-fault={problem?.severity} data-field={name}>
      <div className="field-head">
        <label htmlFor={id} title={param.summary}>
          {name}
        </label>
        {own && !instead && (
          <button
            type="button"
            className="icon-button small"
            title="Back to the default"
            onClick={() => onChange(undefined)}
          >
            <RotateCcw size={12} aria-label={`${name}: back to the default`} />
          </button>
        )}
        {extra}
      </div>
      {instead ?? <Control {...props} />}
      <p id={describedBy} className={problem ? "field-problem" : "field-summary"} aria-live="polite">
        {problem ? sentence(`${problem.message} ${problem.remedy}`) : param.summary}
      </p>
    </div>
  );
}

/** The control for the parameter's kind, which therefore accepts this parameter. */
function Control(props: InputProps) {
  const Input = inputs[props.param.kind] as (props: InputProps) => ReactNode;
  return <Input {...props} />;
}
