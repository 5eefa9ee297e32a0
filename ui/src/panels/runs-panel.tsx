import { isLive } from "@clipwork/engine";
import { useCallback, useEffect, useState } from "react";
import type { Compared } from "../editor/screen.ts";
import { useEditor, useStore, useWhyNot } from "../editor/use-editor.ts";
import { EndedRow } from "./ended-row.tsx";
import { QueuePart } from "./queue-part.tsx";

/** Ended runs in the list at first, and how many more at each wish. */
const listedAtOnce = 30;

/** The queue and what was run before, with what came of it. */
export function RunsPanel() {
  const { runs, queue, screen, messages } = useEditor();
  const list = useStore(runs, (now) => now.list);
  const next = useStore(runs, (now) => now.next);
  const shown = useStore(runs, (now) => now.shown?.run);
  const [first, setFirst] = useState<Compared>();
  useEffect(() => void runs.loadMore(), [runs]);
  const [size, setSize] = useState(listedAtOnce);
  const compare = useCallback(
    (picture: Compared) => {
      if (!first || first.run === picture.run) setFirst(first ? undefined : picture);
      else {
        screen.show({ compare: [first, picture] });
        setFirst(undefined);
      }
    },
    [first, screen],
  );
  const ended = list.filter(({ state }) => !isLive(state));
  const showMore = () => {
    setSize(size + listedAtOnce);
    if (ended.length < size + listedAtOnce && next !== undefined) void runs.loadMore();
  };
  const refused = useWhyNot("administer");
  const clear = () =>
    messages.say("This deletes all runs that have ended, with their pictures.", {
      action: { label: "Delete them", run: () => void queue.removeEnded() },
    });
  return (
    <>
      <QueuePart />
      <section className="panel-part runs" aria-label="Runs that have ended">
        <header className="queue-head">
          <h2>Runs</h2>
          {ended.length > 0 && (
            <button
              type="button"
              className="text-button"
              title={refused}
              disabled={refused !== undefined}
              onClick={clear}
            >
              Clear
            </button>
          )}
        </header>
        {ended.length === 0 && <p className="muted">What you run appears here, with its pictures.</p>}
        {first && <p className="muted">Choose the picture to compare with.</p>}
        <ol>
          {ended.slice(0, size).map((run) => (
            <EndedRow key={run.id} run={run} shown={run.id === shown} first={first} onCompare={compare} />
          ))}
        </ol>
        {(next !== undefined || ended.length > size) && (
          <button type="button" className="button" onClick={showMore}>
            Older runs
          </button>
        )}
      </section>
    </>
  );
}
