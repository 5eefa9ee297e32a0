import { type DefinitionJson, writtenTitle } from "@clipwork/engine";
import { Download, LogIn, LogOut, PackageOpen } from "lucide-react";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { InsertSubgraph } from "./insert-subgraph.tsx";
import { LoopPart, RoundChooser } from "./loop-part.tsx";
import { SubgraphPorts } from "./subgraph-ports.tsx";

/** What can be done with an instance: a part of the panel of its node. */
export function InstancePart({ id }: { readonly id: string }) {
  const { subgraphs, workflow } = useEditor();
  useStore(workflow, ({ whole }) => whole.definitions);
  const found = subgraphs.definitionOf(id);
  if (!found) return null;
  return (
    <section className="panel-part" aria-label="Subgraph">
      <h3>Subgraph</h3>
      <TitleField {...found} />
      <LoopPart id={id} definition={found.definition} />
      <div className="elsewhere">
        <button
          type="button"
          className="button"
          title="Or double-click its card (Alt+O)"
          onClick={() => subgraphs.open(id)}
        >
          <LogIn size={14} aria-hidden />
          Open
        </button>
        <button
          type="button"
          className="button"
          title="Puts what is inside in its place (Alt+U)"
          onClick={() => subgraphs.unpack(id)}
        >
          <PackageOpen size={14} aria-hidden />
          Unpack
        </button>
        <button
          type="button"
          className="button"
          title="A file that other workflows can take the subgraph from"
          onClick={() => subgraphs.download(found.id)}
        >
          <Download size={14} aria-hidden />
          Save as file
        </button>
      </div>
    </section>
  );
}

/** The subgraph that is open: its title and ports. */
export function SubgraphPanel() {
  const { subgraphs, workflow } = useEditor();
  useStore(workflow, ({ whole }) => whole.definitions);
  const found = subgraphs.current();
  if (!found) return null;
  return (
    <>
      <section className="panel-part" aria-label="Subgraph">
        <h2>Subgraph</h2>
        <TitleField {...found} />
        <p className="muted">All cards of this subgraph stand for what is here.</p>
        <RoundChooser />
        <button type="button" className="button" title="Alt+L" onClick={() => subgraphs.leave()}>
          <LogOut size={14} aria-hidden />
          Leave
        </button>
      </section>
      <SubgraphPorts {...found} />
      <InsertSubgraph />
    </>
  );
}

function TitleField({ id, definition }: { readonly id: string; readonly definition: DefinitionJson }) {
  const { subgraphs } = useEditor();
  return (
    <input
      className="input"
      dir="auto"
      aria-label="Title of the subgraph"
      maxLength={100}
      value={writtenTitle(definition) ?? id}
      onChange={({ target }) => subgraphs.rename(id, target.value)}
    />
  );
}
