import type { UnfinishedDownload } from "@clipwork/server/wire";
import { Plus, RotateCw, Trash2 } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { isLive, type Variant } from "../editor/models.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { sizeText } from "../views/size-text.ts";
import { InstalledPackCard } from "./installed-pack.tsx";
import { ModelJobCard } from "./model-job.tsx";

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
      <AddForm host={hostOf(hub.endpoint)} token={hub.token} offline={hub.offline} free={free} />
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

type FormProps = {
  readonly host: string;
  readonly token: boolean;
  readonly offline: boolean;
  readonly free: number;
};

function AddForm({ host, token, offline, free }: FormProps) {
  const { models } = useEditor();
  const refused = useStore(models, (state) => state.refused);
  const [source, setSource] = useState("");
  const [variant, setVariant] = useState<Variant | "">("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (source.trim() !== "" && (await models.add(source.trim(), variant || undefined))) setSource("");
  };
  return (
    <form className="model-add" onSubmit={(event) => void submit(event)}>
      <label htmlFor="model-source">Add from {host}</label>
      <div className="model-add-row">
        <input
          id="model-source"
          className="input"
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          placeholder="kakaobrain/karlo-v1-alpha"
          aria-invalid={refused !== undefined}
          value={source}
          onChange={({ target }) => setSource(target.value)}
        />
        <select
          className="input"
          aria-label="Precision"
          title="Weights of 16 bits are half the download"
          value={variant}
          onChange={({ target }) => setVariant(target.value as Variant | "")}
        >
          <option value="">32 bits</option>
          <option value="fp16">16 bits (fp16)</option>
          <option value="bf16">16 bits (bf16)</option>
        </select>
        <button type="submit" className="button primary" disabled={source.trim() === ""}>
          <Plus size={14} aria-hidden />
          Add
        </button>
      </div>
      {refused && (
        <p className="model-error" role="alert">
          {refused.message}
          <small>{refused.remedy}</small>
        </p>
      )}
      <p className="muted">
        The name of a repository, or the address of its page. {sizeText(free)} are free
        {offline ? "; the server is offline and takes what its cache holds" : ""}
        {token ? "; the server's token is used" : ""}. A folder of your own is added on the server's command line:{" "}
        <code>npm start -- models add FOLDER</code>
      </p>
    </form>
  );
}

function Unfinished({ download }: { readonly download: UnfinishedDownload }) {
  const { models } = useEditor();
  const { source, variant, bytes } = download;
  return (
    <li className="model-card" data-state="cancelled">
      <header>
        <strong>{source}</strong>
        {variant && <span className="model-chip">{variant}</span>}
        <span className="model-size">{sizeText(bytes)} so far</span>
      </header>
      <p className="muted">Not whole: the download was cancelled or broke off. It goes on where it stopped.</p>
      <footer>
        <button type="button" className="button" onClick={() => void models.resume(download)}>
          <RotateCw size={14} aria-hidden />
          Resume
        </button>
        <button type="button" className="button" onClick={() => void models.discard(download)}>
          <Trash2 size={14} aria-hidden />
          Discard
        </button>
      </footer>
    </li>
  );
}

const hostOf = (endpoint: string) => endpoint.replace(/^https?:\/\//, "");
