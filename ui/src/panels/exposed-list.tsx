import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useMemo, useState } from "react";
import { type End, endOf } from "../document/edit.ts";
import {
  describeExposed,
  descriptionOf,
  exposeAlso,
  moveExposed,
  nameTrouble,
  removeExposed,
  renameExposed,
  unexpose,
} from "../document/expose.ts";
import { alikeParams, exposedParams } from "../document/exposed.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** What the workflow exposes, to be named, described, ordered and joined. */
export function ExposedList() {
  const present = useStore(useEditor().workflow, ({ history }) => history.present);
  const names = Object.keys(present.exposed ?? {});
  return (
    <ol className="exposed-list">
      {names.map((name, i) => (
        <ExposedRow key={i.toString()} name={name} first={i === 0} last={i === names.length - 1} />
      ))}
    </ol>
  );
}

type RowProps = { readonly name: string; readonly first: boolean; readonly last: boolean };

function ExposedRow({ name, first, last }: RowProps) {
  const { workflow } = useEditor();
  const present = useStore(workflow, ({ history }) => history.present);
  return (
    <li className="exposed-row" data-exposed={name}>
      <div className="field-head">
        <NameInput key={name} name={name} />
        <Tool label={`Move ${name} up`} disabled={first} onClick={() => workflow.edit((w) => moveExposed(w, name, -1))}>
          <ArrowUp size={14} aria-hidden />
        </Tool>
        <Tool label={`Move ${name} down`} disabled={last} onClick={() => workflow.edit((w) => moveExposed(w, name, 1))}>
          <ArrowDown size={14} aria-hidden />
        </Tool>
        <Tool label={`No longer expose ${name}`} onClick={() => workflow.edit((w) => removeExposed(w, name))}>
          <X size={14} aria-hidden />
        </Tool>
      </div>
      <textarea
        className="input"
        dir="auto"
        rows={2}
        aria-label={`Description of ${name}`}
        placeholder="What people should know of it"
        value={descriptionOf(present, name) ?? ""}
        onChange={({ target }) => workflow.edit((now) => describeExposed(now, name, target.value), `describe ${name}`)}
      />
      <Sets name={name} />
    </li>
  );
}

type ToolProps = {
  readonly label: string;
  readonly disabled?: boolean;
  readonly children: React.ReactNode;
  onClick(): void;
};

function Tool({ label, disabled = false, children, onClick }: ToolProps) {
  return (
    <button
      type="button"
      className="icon-button small"
      title={label}
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** The name, which takes effect when the field is left: half a name may be that of another one. */
function NameInput({ name }: { readonly name: string }) {
  const { workflow } = useEditor();
  const [typed, setTyped] = useState(name);
  const present = useStore(workflow, ({ history }) => history.present);
  const trouble = nameTrouble(present, name, typed.trim());
  const take = () => {
    if (trouble === undefined) workflow.edit((now) => renameExposed(now, name, typed.trim()));
    else setTyped(name);
  };
  return (
    <span className="exposed-name">
      <input
        className="input"
        type="text"
        data-draft
        aria-label={`Name of ${name}`}
        aria-invalid={trouble !== undefined}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={take}
        onKeyDown={({ key, currentTarget }) => {
          if (key === "Enter") currentTarget.blur();
          else if (key === "Escape") setTyped(name);
        }}
      />
      {trouble !== undefined && (
        <span className="field-problem" role="alert">
          {trouble}
        </span>
      )}
    </span>
  );
}

/** The parameters that the name sets, and those of the same kind that it could set as well. */
function Sets({ name }: { readonly name: string }) {
  const { workflow, offer, naming } = useEditor();
  const { end: read } = useStore(naming, (now) => now);
  const present = useStore(workflow, ({ history }) => history.present);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const addresses = [present.exposed?.[name] ?? []].flat();
  const [shown] = exposedParams(present, addresses, catalogue);
  const others = useMemo(
    () =>
      shown ? alikeParams(present, shown.param, catalogue).filter((end) => !addresses.includes(addressOf(end))) : [],
    [present, shown, catalogue, addresses],
  );
  return (
    <p className="exposed-sets muted">
      Sets{" "}
      {addresses.map((address) => (
        <span key={address} className="exposed-end">
          {read(address)}
          {addresses.length > 1 && (
            <Tool
              label={`${name} no longer sets ${read(address)}`}
              onClick={() => workflow.edit((now) => removeEnd(now, address))}
            >
              <X size={12} aria-hidden />
            </Tool>
          )}
        </span>
      ))}
      {others.length > 0 && (
        <select
          className="input"
          aria-label={`What ${name} sets as well`}
          value=""
          onChange={({ target }) => {
            const end = endOf(target.value);
            if (end && shown) workflow.edit((now) => exposeAlso(now, name, end, shown.value));
          }}
        >
          <option value="">and …</option>
          {others.map((end) => (
            <option key={addressOf(end)} value={addressOf(end)}>
              {read(addressOf(end))}
            </option>
          ))}
        </select>
      )}
    </p>
  );
}

function removeEnd(workflow: Parameters<typeof unexpose>[0], address: string) {
  const end = endOf(address);
  return end ? unexpose(workflow, end) : workflow;
}

function addressOf({ node, port }: End): string {
  return `${node}.${port}`;
}
