import type { UnfinishedDownload } from "@clipwork/server/wire";
import { RotateCw, Trash2 } from "lucide-react";
import { useEffect } from "react";
import { isLive } from "../editor/models.ts";
import { useEditor, useStore, useWhyNot } from "../editor/use-editor.ts";
import { sizeText } from "../views/size-text.ts";
import { AddModelForm } from "./add-model.tsx";
import { InstalledPackCard } from "./installed-pack.tsx";
import { ModelJobCard, PrecisionChip } from "./model-job.tsx";

/** The server's model packs: what is installed, what is being added, and a line to add more from a hub. */
export function ModelsDialog() {
  const { models } = useEditor();
  const now = useStore(models, (state) => state.now);
  useEffect(() => void models.load(), [models]);
  if (!now) return <p className="muted">Asking the server…</p>;
  const { packs, downloads, jobs, hub, free } = now;
  const adding = jobs.filter(({ kind, state }) => kind === "add" && state !== "finished" && state !== "cancelled");
  const verifying = jobs.filter(({ kind }) => kind === "verify");
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
        <ul className="model-list">
          {packs.map((pack) => (
            <InstalledPackCard
              key={pack.name}
              pack={pack}
              job={verifying.find(({ subject, state }) => subject === pack.name && state !== "cancelled")}
              busy={jobs.some((job) => isLive(job) && job.subject === pack.name)}
            />
          ))}
        </ul>
      </section>
    </div>
  );
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
