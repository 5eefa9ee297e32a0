import { createRoot } from "react-dom/client";
import { loadOffer } from "../state/catalogue.ts";
import { startKeys } from "../state/commands.ts";
import { claimDraft, keepDraft } from "../state/drafts.ts";
import { openWorkflow } from "../state/editor.ts";
import { openRun } from "../state/files.ts";
import { startOutlook } from "../state/outlook.ts";
import { startOutside } from "../state/outside.ts";
import { showRun, startRuns } from "../state/runs.ts";
import { startTab } from "../state/tab.ts";
import { startTheme } from "../state/theme.ts";
import { tell, tellError } from "../state/toast.ts";
import { App } from "./app.tsx";

startTheme();
createRoot(document.getElementById("app")!).render(<App />);
startKeys();
startOutside();
startRuns();
void open();

async function open(): Promise<void> {
  const asked = /^#run=([\w-]{1,64})$/.exec(location.hash)?.[1];
  const [draft, offer] = await Promise.all([
    claimDraft(),
    loadOffer().catch((error: unknown) => {
      tellError(error);
      return undefined;
    }),
  ]);
  if (asked !== undefined && draft?.run !== asked) await openRun(asked);
  else if (draft) {
    openWorkflow(draft.document, draft.saved);
    if (draft.run !== undefined) showRun(draft.run);
    if (!sessionReloaded()) tell("Your work of last time is here again.");
  } else {
    const first = offer?.templates[0];
    if (first) openWorkflow(first.document);
  }
  keepDraft();
  startTab();
  startOutlook();
}

function sessionReloaded(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation?.type === "reload";
}
