import type { Catalogue, NodeJson } from "@clipwork/engine";
import type { InstalledPack, UnfinishedDownload } from "@clipwork/server/wire";
import { ArrowLeft, RotateCw, Trash2 } from "lucide-react";
import { useEffect } from "react";
import { isLive, modelsDialog } from "../editor/models.ts";
import { nodePacksDialog } from "../editor/node-packs.ts";
import { useEditor, useStore, useWhyNot } from "../editor/use-editor.ts";
import { DialogLink } from "../panels/dialog-link.tsx";
import { sizeText } from "../runs/size-text.ts";
import { AddModelForm } from "./add-model.tsx";
import { InstalledPackCard } from "./installed-pack.tsx";
import { ModelJobCard, PrecisionChip } from "./model-job.tsx";
import { UsedIn } from "./used-in.tsx";

/** The server's model packs: what is installed, what is being added, and a line to add more from a hub. */
export function ModelsDialog() {
  const { models, screen, offer } = useEditor();
  const now = useStore(models, (state) => state.now);
  const about = useStore(screen, (state) => state.about);
  const catalogue = useStore(offer, (state) => state.catalogue);
  useEffect(() => void models.load(), [models]);
  if (!now) return <p className="muted">Asking the server…</p>;
  const { packs, downloads, jobs, hub, free } = now;
  const verifying = jobs.filter(({ kind }) => kind === "verify");
  const card = (pack: InstalledPack, alone: boolean) => (
    <InstalledPackCard
      key={pack.name}
      pack={pack}
      job={verifying.find(({ subject, state }) => subject === pack.name && state !== "cancelled")}
      busy={jobs.some((job) => isLive(job) && job.subject === pack.name)}
      alone={alone}
    />
  );
  if (about !== undefined) {
    const pack = packs.find(({ name }) => name === about);
    return (
      <div className="models">
        <DialogLink to={modelsDialog}>
          <ArrowLeft size={14} aria-hidden />
          All models
        </DialogLink>
        {pack ? (
          <section aria-label={about}>
            <ul className="model-list">{card(pack, true)}</ul>
          </section>
        ) : (
          <p role="alert">There is no model pack “{about}”.</p>
        )}
        <section aria-label="Used in">
          <h3>Used in</h3>
          <UsedIn what="this pack" is={(node) => usesPack(node, about, catalogue)} />
        </section>
      </div>
    );
  }
  const adding = jobs.filter(({ kind, state }) => kind === "add" && state !== "finished" && state !== "cancelled");
  return (
    <div className="models">
      <AddModelForm hub={hub} free={free} packs={packs.map(({ name }) => name)} />
      {(adding.length > 0 || downloads.length > 0) && (
        <section aria-label="Under way">
          <h3>Under way</h3>
          <ul className="model-list">
            {adding.map((job) => (
              <ModelJobCard key={job.id} job={job} />
            ))}
            {downloads.map((download) => (
              <Unfinished key={download.id} download={download} />
            ))}
          </ul>
        </section>
      )}
      <section aria-label="Installed">
        <h3>Installed</h3>
        <ul className="model-list">{packs.map((pack) => card(pack, false))}</ul>
      </section>
      <p className="muted">
        Models are data. Node types of others, which are code, come in{" "}
        <DialogLink to={nodePacksDialog}>node packs</DialogLink>.
      </p>
    </div>
  );
}

/** Whether the node names that model pack, or has it by default. */
function usesPack({ type, params = {} }: NodeJson, pack: string, catalogue: Catalogue): boolean {
  const declared = Object.entries(catalogue.get(type)?.params ?? {});
  return declared.some(([name, param]) => param.kind === "pack" && (params[name] ?? param.default) === pack);
}

function Unfinished({ download }: { readonly download: UnfinishedDownload }) {
  const { models } = useEditor();
  const refused = useWhyNot("administer");
  const { source, name, for: like, bytes } = download;
  return (
    <li className="model-card" data-state="cancelled">
      <header>
        <strong>{source}</strong>
        <PrecisionChip {...download} />
        <span className="model-size">{sizeText(bytes)} so far</span>
      </header>
      <p className="muted">
        Not whole: the download was cancelled or broke off. It goes on where it stopped
        {name && (
          <>
            {" "}
            and becomes <strong>{name}</strong>
          </>
        )}
        {like && (
          <>
            , for <strong>{like}</strong>
          </>
        )}
        .
      </p>
      <footer>
        <button
          type="button"
          className="button"
          title={refused}
          disabled={refused !== undefined}
          onClick={() => void models.resume(download)}
        >
          <RotateCw size={14} aria-hidden />
          Resume
        </button>
        <button
          type="button"
          className="button"
          title={refused}
          disabled={refused !== undefined}
          onClick={() => void models.discard(download)}
        >
          <Trash2 size={14} aria-hidden />
          Discard
        </button>
      </footer>
    </li>
  );
}
