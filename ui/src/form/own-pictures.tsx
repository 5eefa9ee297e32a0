import type { RunSummary } from "@clipwork/server/wire";
import { ImageIcon } from "lucide-react";
import { useStore } from "../editor/use-editor.ts";
import { summaryText } from "../runs/words.ts";
import { artifact } from "../server/artifact.ts";
import { useForm } from "./use-form.ts";

/** What was run here before, in this browser. */
export function OwnPictures() {
  const form = useForm();
  const { runs, own } = form;
  const ids = useStore(own, (now) => now);
  const list = useStore(runs, (now) => now.list);
  const earlier = useStore(form, (now) => now.earlier);
  const shown = useStore(runs, (now) => now.shown?.run);
  const known = new Map([...earlier, ...list].map((run) => [run.id, run]));
  const mine = ids.flatMap((id) => known.get(id) ?? []);
  if (mine.length < 2 && mine[0]?.id === shown) return null;
  return (
    <section className="form-own" aria-label="Your runs">
      <h2>Your runs</h2>
      <ol>
        {mine.map((run) => (
          <li key={run.id}>
            <OwnRun run={run} shown={run.id === shown} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function OwnRun({ run, shown }: { readonly run: RunSummary; readonly shown: boolean }) {
  const { runs } = useForm();
  const thumbnail = run.outputs.find((output) => output.thumbnail)?.thumbnail;
  const text = summaryText(run, (time) => new Date(time).toLocaleTimeString([], { timeStyle: "short" }));
  return (
    <button type="button" aria-current={shown} title={text} aria-label={text} onClick={() => runs.show(run.id)}>
      {thumbnail ? <img src={artifact(thumbnail)} alt="" /> : <ImageIcon size={18} aria-hidden />}
    </button>
  );
}
