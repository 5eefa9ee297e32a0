import type { Param, Problem } from "@clipwork/engine";
import { RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { CaptionInput } from "./caption-input.tsx";
import { ChoiceInput } from "./choice-input.tsx";
import { FileInput } from "./file-input.tsx";
import type { InputProps } from "./input-props.ts";
import { NumberInput } from "./number-input.tsx";
import { PackInput } from "./pack-input.tsx";
import { SeedInput } from "./seed-input.tsx";

type Props = {
  readonly id: string;
  readonly name: string;
  readonly param: Param;
  readonly value: unknown;
  readonly problem: Problem | undefined;
  /** The value is the document's own, not the default. */
  readonly own: boolean;
  /** Beside the name: what feeds the parameter, a seed's lock. */
  readonly extra?: ReactNode;
  /** In place of the control, where a link feeds the parameter. */
  readonly instead?: ReactNode;
  onChange(value: unknown): void;
};

/** A parameter: its name, its control, and what is wrong with its value. */
export function Field({ id, name, param, value, problem, own, extra, instead, onChange }: Props) {
  const describedBy = `${id}-said`;
  const props = { id, param, value, invalid: problem?.severity === "error", describedBy, onChange };
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
        {problem ? `${problem.message} ${problem.remedy}` : param.summary}
      </p>
    </div>
  );
}

function Control(props: InputProps) {
  const { param } = props;
  switch (param.kind) {
    case "integer":
    case "number":
      return <NumberInput {...props} param={param} />;
    case "seed":
      return <SeedInput {...props} param={param} />;
    case "choice":
      return <ChoiceInput {...props} param={param} />;
    case "pack":
      return <PackInput {...props} />;
    case "file":
      return <FileInput {...props} />;
    case "boolean":
      return <Switch {...props} />;
    case "text":
      return param.multiline ? <CaptionInput {...props} /> : <TextInput {...props} />;
  }
}

function Switch({ id, value, describedBy, onChange }: InputProps) {
  return (
    <input
      id={id}
      className="switch"
      type="checkbox"
      role="switch"
      aria-checked={value === true}
      aria-describedby={describedBy}
      checked={value === true}
      onChange={({ target }) => onChange(target.checked)}
    />
  );
}

function TextInput({ id, value, invalid, describedBy, onChange }: InputProps) {
  return (
    <input
      id={id}
      className="input"
      type="text"
      aria-describedby={describedBy}
      aria-invalid={invalid}
      value={typeof value === "string" ? value : JSON.stringify(value)}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
