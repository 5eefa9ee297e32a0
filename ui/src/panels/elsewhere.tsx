import { Braces, SquareTerminal, Waypoints } from "lucide-react";
import { asCommandLine, asCurl, asTypeScript } from "../document/copy-as.ts";
import { useEditor } from "../editor/use-editor.ts";

/** What would run now, to be run from elsewhere. */
export function Elsewhere() {
  const { workflow, offer, copy } = useEditor();
  const server = () => ({ origin: location.origin, token: !isLoopback(location.hostname) });
  const now = () => [workflow.present(), offer.get().catalogue] as const;
  return (
    <section className="panel-part">
      <h3>Use it elsewhere</h3>
      <div className="elsewhere">
        <button
          type="button"
          className="button"
          title="Runs what Run would run, from the folder of Clipwork"
          onClick={() => void copy(asCommandLine(...now(), offer.get().templates, server()), "The command line")}
        >
          <SquareTerminal size={14} aria-hidden />
          Copy as command line
        </button>
        <button
          type="button"
          className="button"
          title="Sends what Run would run to this server"
          onClick={() => void copy(asCurl(workflow.present(), server()), "The call")}
        >
          <Waypoints size={14} aria-hidden />
          Copy as curl
        </button>
        <button
          type="button"
          className="button"
          title="A program for Node that runs it on this server and writes its pictures"
          onClick={() => void copy(asTypeScript(...now(), server()), "The program")}
        >
          <Braces size={14} aria-hidden />
          Copy as TypeScript
        </button>
      </div>
    </section>
  );
}

/** Whether only this machine reaches the server: then it asks for no token. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
