import type { InstalledPack, ModelJob } from "@clipwork/server/wire";
import { ShieldCheck, Trash2 } from "lucide-react";
import { useState } from "react";
import { isLive, modelsDialog } from "../editor/models.ts";
import { useEditor, useWhyNot } from "../editor/use-editor.ts";
import { DialogLink } from "../panels/dialog-link.tsx";
import { sizeText } from "../runs/size-text.ts";

type Props = {
  readonly pack: InstalledPack;
  /** The last look at whether it is whole. */
  readonly job: ModelJob | undefined;
  readonly busy: boolean;
  /** Whether nothing else is shown: else its name leads to where it is so. */
  readonly alone?: boolean;
};

/** An installed pack: what it holds, where it lies and comes from, and what can be done with it. */
export function InstalledPackCard({ pack, job, busy, alone = false }: Props) {
  const { models } = useEditor();
  const [asking, setAsking] = useState(false);
  const refused = useWhyNot("administer");
  const { name, title, licence, folder, bytes, stages, spaces, origin, unusable, removable } = pack;
  return (
    <li className="model-card" data-state={unusable ? "failed" : undefined} aria-label={name}>
      <header>
        <strong>
          {alone ? (
            name
          ) : (
            <DialogLink to={modelsDialog} about={name}>
              {name}
            </DialogLink>
          )}
        </strong>
        <span className="muted">{title}</span>
        {licence !== "" && <span className="model-chip">{licence}</span>}
        <span className="model-size">{sizeText(bytes)}</span>
      </header>
      {unusable && (
        <p className="model-error">
          {unusable.message}
          <small>{unusable.remedy}</small>
        </p>
      )}
      {stages.length > 0 && (
        <ul className="model-stages" aria-label="Stages">
          {stages.map(({ stage, role, bytes }) => (
            <li key={stage} title={`${role}, ${sizeText(bytes)}`}>
              {stage}
              <small>{sizeText(bytes)}</small>
            </li>
          ))}
        </ul>
      )}
      <dl>
        {spaces.length > 0 && (
          <div>
            <dt>{spaces.length === 1 ? "Space" : "Spaces"}</dt>
            <dd>{spaces.map(({ name, dimension }) => `${name} (${dimension} numbers)`).join(", ")}</dd>
          </div>
        )}
        {origin && (
          <div>
            <dt>From</dt>
            <dd>
              <a href={origin.from} target="_blank" rel="noreferrer noopener">
                {origin.from.replace(/^https?:\/\//, "")}
              </a>{" "}
              at {origin.revision.slice(0, 8)}, licence accepted on {origin.accepted.slice(0, 10)}
            </dd>
          </div>
        )}
        <div>
          <dt>In</dt>
          <dd>
            <code>{folder}</code>
          </dd>
        </div>
      </dl>
      {asking ? (
        <Question pack={pack} onNo={() => setAsking(false)} onYes={() => void models.remove(name)} />
      ) : (
        <footer>
          <button
            type="button"
            className="button"
            title={refused}
            disabled={busy || refused !== undefined}
            onClick={() => void models.verify(name)}
          >
            <ShieldCheck size={14} aria-hidden />
            Verify
          </button>
          {removable && (
            <button
              type="button"
              className="button danger"
              title={refused}
              disabled={busy || refused !== undefined}
              onClick={() => setAsking(true)}
            >
              <Trash2 size={14} aria-hidden />
              Remove
            </button>
          )}
          {job && <Verified job={job} />}
        </footer>
      )}
    </li>
  );
}

function Question({
  pack: { name, own, bytes },
  onYes,
  onNo,
}: Pick<Props, "pack"> & { readonly onYes: () => void; readonly onNo: () => void }) {
  const elsewhere = bytes - own;
  return (
    <footer className="model-question" role="alertdialog" aria-label={`Remove ${name}?`}>
      <p>
        <strong>Remove {name}?</strong> {sizeText(own)} are deleted{own > 0 ? " and are nowhere else on this disk" : ""}
        .{elsewhere > 0 ? ` ${sizeText(elsewhere)} of weights stay where they were published.` : ""}
      </p>
      <button type="button" className="button danger" onClick={onYes}>
        Remove it
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: a question has just been asked, and this answer harms nothing. */}
      <button type="button" className="button" autoFocus onClick={onNo}>
        Keep it
      </button>
    </footer>
  );
}

/** How the last look at its files went. */
function Verified({ job }: { readonly job: ModelJob }) {
  const { state, doing, error } = job;
  const text = isLive(job)
    ? doing || "reading its files"
    : state === "finished"
      ? "Whole: every network ran"
      : error?.message;
  return (
    <p className="model-verified" data-state={state} role="status">
      {text}
    </p>
  );
}
