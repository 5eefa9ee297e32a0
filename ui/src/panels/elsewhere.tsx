import { Braces, ExternalLink, SquareTerminal, Waypoints } from "lucide-react";
import { asCommandLine, asCurl, asTypeScript, type Shipped } from "../document/copy-as.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import type { WorkflowState } from "../editor/workflow.ts";
import { at } from "../server/root.ts";

/** What would run now, to be run from elsewhere. */
export function Elsewhere() {
  const { workflow, offer, copy } = useEditor();
  const templates = useStore(offer, (known) => known.templates);
  const form = useStore(workflow, (state) => formOf(state, templates));
  const server = () => ({ origin: location.origin + at(""), token: offer.get().token });
  const now = () => [workflow.whole(), offer.get().catalogue] as const;
  return (
    <section className="panel-part">
      <h3>Use it elsewhere</h3>
      <div className="elsewhere">
        {form !== undefined && (
          <a
            className="button"
            href={form}
            target="_blank"
            rel="noreferrer"
            title="A page of its own for people who only use this workflow: what it exposes, Run, the pictures"
          >
            <ExternalLink size={14} aria-hidden />
            Open as a form
          </a>
        )}
        <button
          type="button"
          className="button"
          title="Runs what Run would run, where Clipwork is"
          onClick={() => void copy(asCommandLine(...now(), offer.get(), server()), "The command line")}
        >
          <SquareTerminal size={14} aria-hidden />
          Copy as command line
        </button>
        <button
          type="button"
          className="button"
          title="Sends what Run would run to this server"
          onClick={() => void copy(asCurl(workflow.whole(), server()), "The call")}
        >
          <Waypoints size={14} aria-hidden />
          Copy as curl
        </button>
        <button
          type="button"
          className="button"
          title="A program for Node, by @clipwork/client, that runs it on this server and writes its files"
          onClick={() => void copy(asTypeScript(...now(), server()), "The program")}
        >
          <Braces size={14} aria-hidden />
          Copy as TypeScript
        </button>
      </div>
    </section>
  );
}

/** The address of the document's form; none until the server has the document. */
function formOf({ id, history, saved }: WorkflowState, templates: readonly Shipped[]): string | undefined {
  if (saved !== undefined && saved.revision > 0) return at(`/form/workflows/${id}`);
  const shipped = templates.find(({ document }) => document === history.present);
  return shipped && at(`/form/templates/${shipped.id}`);
}
