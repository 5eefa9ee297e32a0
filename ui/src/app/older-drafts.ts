import { type DraftRecord, draftKey, pageKey } from "../editor/drafts.ts";
import { newName } from "./new-name.ts";

const prefix = "clipwork.draft.";

/** Takes over what Clipwork 0.1 kept in localStorage: one draft of each page. What cannot be read is left where it is. */
export function takeOver(storage: Storage, put: (key: string, record: object) => void): void {
  for (const key of Object.keys(storage).filter((key) => key.startsWith(prefix))) {
    const older = read(storage.getItem(key));
    if (!older) continue;
    const page = key.slice(prefix.length);
    const { document, time, saved } = older;
    const id = saved?.id ?? newName();
    put(pageKey(page), { time, front: id, tabs: [id] });
    const record: DraftRecord = { document, time, saved: { revision: saved?.revision ?? 0, kept: false } };
    put(draftKey(page, id), record);
    storage.removeItem(key);
  }
}

type OlderDraft = Pick<DraftRecord, "document" | "time"> & {
  readonly saved?: { readonly id: string; readonly revision: number };
};

function read(text: string | null): OlderDraft | undefined {
  try {
    const draft = JSON.parse(text ?? "null") as OlderDraft | null;
    return draft?.document ? draft : undefined;
  } catch {
    return undefined;
  }
}
