import { isLive, runProgress } from "@clipwork/engine";
import type { BrowserPort } from "./ports.ts";
import type { Runs } from "./runs.ts";
import { type OpenWorkflow, titleOf } from "./workflow.ts";

/** Shows the workflow's title and a run's progress in the browser's tab from now on. */
export function keepTab(browser: Pick<BrowserPort, "showTab">, workflow: OpenWorkflow, runs: Runs): void {
  let drawn: string | undefined;
  const draw = () => {
    const { shown } = runs.get();
    const name = titleOf(workflow.present());
    const percent = shown && isLive(shown.state) ? Math.round(runProgress(shown) * 100) : undefined;
    const title = percent === undefined ? `${name} · Clipwork` : `${percent} % · ${name}`;
    if (title === drawn) return;
    drawn = title;
    browser.showTab(title, percent === undefined ? undefined : percent / 100);
  };
  runs.listen(draw);
  workflow.listen(draw);
  draw();
}
