import { Plus, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { standingOf } from "../editor/standing.ts";
import { tabTitle } from "../editor/tabs.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { documentOf, titleOf } from "../editor/workflow.ts";
import { Others } from "./others.tsx";

/** The open documents, from left to right. */
export function TabStrip() {
  const { tabs, files } = useEditor();
  const list = useStore(tabs, (now) => now.list);
  return (
    <nav className="tab-strip" aria-label="Open documents">
      <ol>
        {list.map(({ id }) => (
          <DocumentTab key={id} id={id} />
        ))}
      </ol>
      <button
        type="button"
        className="icon-button small"
        title="New workflow (Alt+N)"
        aria-label="New workflow"
        onClick={files.openNew}
      >
        <Plus size={15} aria-hidden />
      </button>
      <Others />
    </nav>
  );
}

function DocumentTab({ id }: { readonly id: string }) {
  const { tabs, files, workflow, autosave, runs } = useEditor();
  const item = useRef<HTMLLIElement>(null);
  const inFront = useStore(tabs, ({ front }) => front === id);
  const waiting = useStore(tabs, ({ list }) => list.find((tab) => tab.id === id));
  const title = useStore(workflow, ({ history }) => titleOf(history.present));
  const connected = useStore(runs, (now) => now.connected);
  const saving = useStore(autosave, (now) => now);
  const now = useStore(workflow, (state) => (inFront ? documentOf(state) : undefined));
  useEffect(() => {
    if (inFront) item.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [inFront]);
  const name = inFront || !waiting ? title : tabTitle(waiting);
  const document = now ?? waiting;
  const standing = document && standingOf(document, saving, connected);
  return (
    <li
      ref={item}
      className="document-tab"
      data-tab={id}
      data-front={inFront || undefined}
      data-standing={standing}
      onAuxClick={({ button }) => button === 1 && void files.close(id)}
    >
      <button
        type="button"
        className="document-tab-name"
        aria-current={inFront ? "page" : undefined}
        title={name}
        onClick={() => tabs.show(id)}
      >
        {name}
      </button>
      <button
        type="button"
        className="icon-button small"
        title="Close (Alt+W)"
        aria-label={`Close ${name}`}
        onClick={() => void files.close(id)}
      >
        <X size={13} aria-hidden />
      </button>
    </li>
  );
}
