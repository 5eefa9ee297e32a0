import type { NodePackJson } from "@clipwork/server/wire";
import { ArrowLeft } from "lucide-react";
import { useEffect } from "react";
import { nodePacksDialog } from "../editor/node-packs.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { DialogLink } from "../panels/dialog-link.tsx";
import { counted } from "../runs/words.ts";
import { NodeTypeEntry } from "./node-type.tsx";
import { UsedIn } from "./used-in.tsx";

/** The server's node packs: a list of them, or the page of one. */
export function NodePacksDialog() {
  const { nodePacks, screen } = useEditor();
  const about = useStore(screen, (now) => now.about);
  const { packs, trouble } = useStore(nodePacks, (now) => now);
  useEffect(() => void nodePacks.load(), [nodePacks]);
  if (trouble) return <p role="alert">{trouble}</p>;
  if (!packs) return <p className="muted">Asking the server…</p>;
  if (about === undefined) return <PackList packs={packs} />;
  const found = packs.filter(({ name }) => name === about);
  return (
    <div className="node-packs">
      <DialogLink to={nodePacksDialog}>
        <ArrowLeft size={14} aria-hidden />
        All node packs
      </DialogLink>
      {found.length === 0 && <p role="alert">The server was started without a node pack “{about}”.</p>}
      {found.map((pack) => (
        <PackPage key={pack.folder} pack={pack} />
      ))}
    </div>
  );
}

function PackList({ packs }: { readonly packs: readonly NodePackJson[] }) {
  return (
    <div className="node-packs">
      <p className="muted">
        A node pack is code of others that brings node types.{" "}
        {packs.length === 0 && "This server was started without any."}
      </p>
      <section aria-label="Installed">
        <ul className="model-list">
          {packs.map((pack) => (
            <li key={pack.folder} className="model-card" data-state={pack.unusable && "failed"} aria-label={pack.name}>
              <PackHead pack={pack}>
                <DialogLink to={nodePacksDialog} about={pack.name}>
                  {pack.name}
                </DialogLink>
              </PackHead>
            </li>
          ))}
        </ul>
      </section>
      <HowTo />
    </div>
  );
}

/** What a pack is, in a few lines: its name stands in front. */
function PackHead({ pack, children }: { readonly pack: NodePackJson; readonly children: React.ReactNode }) {
  const { version, description, licence, types, unusable } = pack;
  return (
    <>
      <header>
        {children}
        {version && <span className="muted">{version}</span>}
        {licence && <span className="model-chip">{licence}</span>}
        <span className="model-size">{unusable ? "not used" : counted(types.length, "node type")}</span>
      </header>
      {description && <p>{description}</p>}
      {unusable && (
        <p className="model-error">
          {unusable.message}
          <small>{unusable.remedy}</small>
        </p>
      )}
    </>
  );
}

function PackPage({ pack }: { readonly pack: NodePackJson }) {
  const { name, author, homepage, folder, types } = pack;
  return (
    <article className="node-pack" aria-label={name}>
      <div className="model-card" data-state={pack.unusable && "failed"}>
        <PackHead pack={pack}>
          <h3>{name}</h3>
        </PackHead>
        <dl>
          {author && <Fact what="By">{author}</Fact>}
          {homepage && (
            <Fact what="Page">
              <a href={homepage} target="_blank" rel="noreferrer noopener">
                {homepage.replace(/^https?:\/\//, "")}
              </a>
            </Fact>
          )}
          <Fact what="In">
            <code>{folder}</code>
          </Fact>
          <Fact what="May">
            Do whatever the server's user may: its code runs with all rights of Clipwork's processes, and nothing holds
            it in.
          </Fact>
        </dl>
      </div>
      {types.length > 0 && (
        <section aria-label="Node types">
          <h3>Node types</h3>
          {types.map((type) => (
            <NodeTypeEntry key={type} type={type} />
          ))}
        </section>
      )}
      {types.length > 0 && (
        <section aria-label="Used in">
          <h3>Used in</h3>
          <UsedIn what="this pack" is={({ type }) => types.includes(type)} />
        </section>
      )}
      <HowTo folder={folder} />
    </article>
  );
}

function Fact({ what, children }: { readonly what: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How packs come and go: never through the page, since whoever may send workflows would bring code. */
function HowTo({ folder }: { readonly folder?: string }) {
  const { command } = useStore(useEditor().offer, (now) => now.called);
  return (
    <section aria-label="Add or remove" className="node-packs-how">
      <h3>Add or remove</h3>
      <p className="muted">
        A pack is code, so it is added and removed only by who has the server's command line, and seen when the server
        starts again.
      </p>
      <pre>
        {folder === undefined
          ? `${command} packs add FOLDER\n${command} packs new NAME`
          : `${command} packs remove ${JSON.stringify(folder)}`}
      </pre>
    </section>
  );
}
