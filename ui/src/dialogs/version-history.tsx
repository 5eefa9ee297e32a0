import type { WorkflowJson } from "@clipwork/engine";
import type { RevisionReason, WorkflowSummary } from "@clipwork/server/wire";
import { ArrowLeft, Columns2, Copy, RotateCcw, Workflow } from "lucide-react";
import { useEffect, useState } from "react";
import type { Version } from "../editor/library.ts";
import { useEditor } from "../editor/use-editor.ts";
import { agoText } from "../runs/words.ts";
import { artifact } from "../server/artifact.ts";
import { Differences } from "./differences.tsx";

const reasons: { readonly [reason in RevisionReason]: string } = { saved: "Saved", run: "Run", edit: "Edited" };

type Props = { readonly document: Pick<WorkflowSummary, "id" | "title">; onBack(): void };

/** The versions of a document with their pictures. The chosen one is compared with the newest, or with another. */
export function VersionHistory({ document, onBack }: Props) {
  const { library } = useEditor();
  const { id, title } = document;
  const [versions, setVersions] = useState<readonly Version[]>();
  const [chosen, setChosen] = useState<number>();
  const [against, setAgainst] = useState<number>();
  useEffect(() => {
    void library.versions(id).then((list) => {
      setVersions(list);
      setChosen(list?.[1]?.revision ?? list?.[0]?.revision);
    });
  }, [library, id]);
  const newest = versions?.[0];
  const of = (revision: number | undefined) => versions?.find((version) => version.revision === revision);
  const right = of(against) ?? newest;
  const left = of(chosen);
  return (
    <>
      <div className="documents-bar">
        <button type="button" className="button" onClick={onBack}>
          <ArrowLeft size={14} aria-hidden />
          Documents
        </button>
        <strong className="history-title">{title}</strong>
      </div>
      <div className="history">
        <ol className="history-list" aria-label={`Versions of ${title}`}>
          {versions?.map((version) => (
            <VersionRow
              key={version.revision}
              version={version}
              newest={version === newest}
              chosen={version.revision === chosen}
              against={version === right && version.revision !== chosen}
              onChoose={() => setChosen(version.revision)}
              onAgainst={() => setAgainst(version.revision)}
            />
          ))}
        </ol>
        {left && right && <VersionDetail key={left.revision} id={id} left={left} right={right} newest={newest!} />}
      </div>
    </>
  );
}

type RowProps = {
  readonly version: Version;
  readonly newest: boolean;
  readonly chosen: boolean;
  readonly against: boolean;
  onChoose(): void;
  onAgainst(): void;
};

function VersionRow({ version, newest, chosen, against, onChoose, onAgainst }: RowProps) {
  const name = newest ? "Newest" : `Version ${version.revision}`;
  return (
    <li data-chosen={chosen || undefined} data-against={against || undefined}>
      <button type="button" className="history-row" aria-current={chosen} onClick={onChoose}>
        <Picture version={version} />
        <span>
          <strong>{name}</strong>
          <small>
            {reasons[version.reason]} {agoText(version.time, Date.now())}
          </small>
        </span>
      </button>
      <button
        type="button"
        className="icon-button small"
        title="Compare the chosen one with this"
        aria-pressed={against}
        onClick={onAgainst}
      >
        <Columns2 size={14} aria-label={`Compare with ${name.toLowerCase()}`} />
      </button>
    </li>
  );
}

function Picture({ version: { thumbnail } }: { readonly version: Version }) {
  return (
    <span className="history-picture">
      {thumbnail === undefined ? <Workflow size={18} aria-hidden /> : <img src={artifact(thumbnail)} alt="" />}
    </span>
  );
}

type DetailProps = { readonly id: string; readonly left: Version; readonly right: Version; readonly newest: Version };

function VersionDetail({ id, left, right, newest }: DetailProps) {
  const { library, files, screen } = useEditor();
  const before = useVersion(id, left.revision);
  const now = useVersion(id, right.revision);
  const nameOf = (version: Version) => (version === newest ? "the newest" : `version ${version.revision}`);
  return (
    <section className="history-detail">
      <div className="history-pair">
        <figure>
          <Picture version={left} />
          <figcaption>{nameOf(left)}</figcaption>
        </figure>
        {left !== right && (
          <figure>
            <Picture version={right} />
            <figcaption>{nameOf(right)}</figcaption>
          </figure>
        )}
      </div>
      {before && now && left !== right && <Differences before={before} now={now} />}
      {left !== right && left.made && right.made && (
        <button
          type="button"
          className="button"
          onClick={() => {
            const compare = [
              { ...left.made!, title: nameOf(left) },
              { ...right.made!, title: nameOf(right) },
            ] as const;
            screen.show({ dialog: undefined, compare });
          }}
        >
          <Columns2 size={14} aria-hidden />
          Compare their pictures
        </button>
      )}
      {left === right && <p className="muted">Choose another version to see what differs.</p>}
      {before && (
        <div className="history-actions">
          {left !== newest && (
            <button
              type="button"
              className="button primary"
              onClick={() => {
                screen.show({ dialog: undefined });
                void library.restore(id, before);
              }}
            >
              <RotateCcw size={14} aria-hidden />
              Restore {nameOf(left)}
            </button>
          )}
          <button type="button" className="button" onClick={() => files.openDocument(before)}>
            <Copy size={14} aria-hidden />
            Open as a copy
          </button>
        </div>
      )}
    </section>
  );
}

function useVersion(id: string, revision: number): WorkflowJson | undefined {
  const { library } = useEditor();
  const [found, setFound] = useState<{ readonly revision: number; readonly document: WorkflowJson | undefined }>();
  useEffect(() => {
    let here = true;
    void library.version(id, revision).then((document) => here && setFound({ revision, document }));
    return () => {
      here = false;
    };
  }, [library, id, revision]);
  return found?.revision === revision ? found.document : undefined;
}
