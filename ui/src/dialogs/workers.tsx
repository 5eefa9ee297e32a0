import type { WorkerJson } from "@clipwork/server/wire";
import { useEffect } from "react";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { sizeText } from "../runs/size-text.ts";
import { agoText } from "../runs/words.ts";

/** Who carries out the server's runs: what each worker has and does, and which went without a word. */
export function WorkersDialog() {
  const { workers } = useEditor();
  const { workers: all, trouble } = useStore(workers, (state) => state);
  useEffect(() => workers.watch(), [workers]);
  if (trouble) return <p role="alert">{trouble}</p>;
  if (!all) return <p className="muted">Asking the server…</p>;
  if (all.length === 0) return <p className="muted">No worker takes runs. Start one with the command worker.</p>;
  return (
    <ul className="model-list">
      {all.map((worker) => (
        <WorkerCard key={worker.id} worker={worker} />
      ))}
    </ul>
  );
}

const states = { idle: "free", busy: "at work", draining: "takes no more runs", gone: "gone without a word" } as const;

function WorkerCard({ worker }: { readonly worker: WorkerJson }) {
  const { name, pid, version, provider, memory, packs, state, runs, since, heard } = worker;
  const now = Date.now();
  return (
    <li className="model-card" data-state={state === "gone" ? "failed" : undefined}>
      <header>
        <strong>{name}</strong>
        <span>{states[state]}</span>
        <span className="model-size">
          {provider}, {sizeText(memory)}, process {pid}, version {version}
        </span>
      </header>
      <p className="muted">
        {state === "gone" ? `Last heard of ${agoText(heard, now)}` : `Started ${agoText(since, now)}`}. Model packs:{" "}
        {packs.map((pack) => `${pack.name}${pack.warm ? " (loaded)" : ""}`).join(", ") || "none"}.
      </p>
      {runs.map(({ run, since: begun }) => (
        <p key={run}>
          {state === "gone" ? "Had" : "Has"} the run {run.slice(0, 8)}, begun {agoText(begun, now)}.
        </p>
      ))}
    </li>
  );
}
