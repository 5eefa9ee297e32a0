import type { RunSummary } from "@clipwork/server/wire";
import { useEffect, useState } from "react";
import { namesAlong, sentenceInTitles } from "../document/names.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** The sentence of a run's first failure, with titles in place of ids: those of its own workflow, which is asked for. */
export function useRunError({ id, error }: RunSummary): string | undefined {
  const { runs, offer, naming } = useEditor();
  const catalogue = useStore(offer, (now) => now.catalogue);
  const { sentence } = useStore(naming, (now) => now);
  const [known, setKnown] = useState<string>();
  useEffect(() => {
    let gone = false;
    if (error !== undefined)
      void runs.find(id).then((run) => {
        if (run && !gone) setKnown(sentenceInTitles(error, namesAlong(run.document, catalogue), catalogue));
      });
    return () => {
      gone = true;
    };
  }, [runs, catalogue, id, error]);
  return known ?? (error && sentence(error));
}
