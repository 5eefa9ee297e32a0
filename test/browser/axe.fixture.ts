import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe finds on the page, in few words each. */
export async function findings(page: Page): Promise<string[]> {
  // What fades in has its colours at the end.
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))));
  // A script tag would be refused by the page's Content-Security-Policy.
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
    );
  });
}
