import type { ModelChoices, ModelsReply } from "@clipwork/server/wire";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useEditor, useStore, useWhyNot } from "../editor/use-editor.ts";
import { sizeText } from "../runs/size-text.ts";

type Choice = { readonly label: string; readonly choices: Pick<ModelChoices, "variant" | "weights"> };

/** How exact the pack's weights are to be. */
const precisions: { readonly [id: string]: Choice } = {
  whole: { label: "32 bits", choices: {} },
  fp16: { label: "16 bits (fp16)", choices: { variant: "fp16" } },
  bf16: { label: "16 bits (bf16)", choices: { variant: "bf16" } },
  int8: { label: "8 bits (written here)", choices: { weights: "int8" } },
};

/** A line to add a checkpoint of the hub, and what may be chosen of it. `packs` are those it can be for. */
export function AddModelForm({
  hub: { endpoint, token, offline },
  free,
  packs,
}: Pick<ModelsReply, "hub" | "free"> & { readonly packs: readonly string[] }) {
  const { models, offer } = useEditor();
  const { command } = useStore(offer, (now) => now.called);
  const refused = useStore(models, (state) => state.refused);
  const scope = useWhyNot("administer");
  const [source, setSource] = useState("");
  const [precision, setPrecision] = useState("whole");
  const [name, setName] = useState("");
  const [like, setLike] = useState("");
  const [sha256, setSha256] = useState("");
  const elsewhere = isElsewhere(source.trim(), endpoint);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (source.trim() === "") return;
    const hash = sha256.trim().toLowerCase();
    const pinned = elsewhere && hash !== "" ? { sha256: hash } : {};
    const named = { ...(name.trim() !== "" && { name: name.trim() }), ...(like !== "" && { for: like }) };
    if (!(await models.add(source.trim(), { ...precisions[precision]!.choices, ...named, ...pinned }))) return;
    setSource("");
    setName("");
    setLike("");
    setSha256("");
  };
  return (
    <form className="model-add" onSubmit={(event) => void submit(event)}>
      <label htmlFor="model-source">Add from {endpoint.replace(/^https?:\/\//, "")}</label>
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
        <button
          type="submit"
          className="button primary"
          title={scope}
          disabled={source.trim() === "" || scope !== undefined}
        >
          <Plus size={14} aria-hidden />
          Add
        </button>
      </div>
      {elsewhere && (
        <input
          className="input"
          aria-label="SHA-256"
          title="As its publisher names it: of the folder's SHA256SUMS, or of the one file"
          placeholder="SHA-256 of its SHA256SUMS, or of the one file"
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          pattern="\s*[0-9a-fA-F]{64}\s*"
          value={sha256}
          onChange={({ target }) => setSha256(target.value)}
        />
      )}
      <div className="model-add-choices">
        <select
          className="input"
          aria-label="Precision"
          title="Weights of 16 bits are half the download. Those of 8 bits are written after it, and a little less exact."
          value={precision}
          onChange={({ target }) => setPrecision(target.value)}
        >
          {Object.entries(precisions).map(([id, { label }]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
        <input
          className="input"
          aria-label="Name of the pack"
          title="What the pack is called; by default as the repository is"
          placeholder="Name of the pack"
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <select
          className="input"
          aria-label="Made for the pack"
          title="A prior or a decoder that is published alone takes its CLIP of another pack"
          value={like}
          onChange={({ target }) => setLike(target.value)}
        >
          <option value="">For no other pack</option>
          {packs.map((pack) => (
            <option key={pack} value={pack}>
              For {pack}
            </option>
          ))}
        </select>
      </div>
      {refused && (
        <p className="model-error" role="alert">
          {refused.message}
          <small>{refused.remedy}</small>
        </p>
      )}
      <p className="muted">
        The name of a repository, the address of its page, or that of a folder elsewhere. {sizeText(free)} are free
        {offline ? "; the server is offline and takes what its cache holds" : ""}
        {token ? "; the server's token is used" : ""}. A folder of your own is added on the server's command line:{" "}
        <code>{command} models add FOLDER</code>
      </p>
    </form>
  );
}

/** Whether the source is an address that the hub does not have: its files are then known by a hash that the user names. */
function isElsewhere(source: string, endpoint: string): boolean {
  if (!/^https?:\/\//i.test(source)) return false;
  return URL.parse(source)?.host !== URL.parse(endpoint)?.host;
}
