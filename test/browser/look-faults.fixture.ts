import type { Page } from "playwright-core";

/**
 * What is wrong with how a page looks, in words: text below 12 pixels, cut without dots, or with dots and nothing that says the rest; text
 * behind another thing, or out of the window. What lies on the canvas is told apart: it is zoomed and may lie anywhere.
 */
export async function lookFaults(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found = new Set<string>();
    // Behind an open dialog nothing is looked at, nor behind a menu or a search, which lie over what they belong to; a message passes.
    const inFront = [...document.querySelectorAll("dialog[open], .menu, .palette")].at(-1);
    const root = inFront ?? document.body;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const named = (element: Element) =>
      `${element.tagName.toLowerCase()}${[...element.classList].map((one) => `.${one}`).join("")}`;
    const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflow);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const words = text.textContent?.trim() ?? "";
      const element = text.parentElement!;
      if (words === "" || element.closest(".spoken, script, style, option, .minimap, .caption-mirror, svg")) continue;
      if (inFront === undefined && document.querySelector(".toast") && element.closest(".canvas-area, .zoom-bar"))
        continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const boxes = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
      if (boxes.length === 0) continue;
      const style = getComputedStyle(element);
      const canvas = element.closest(".canvas-area") !== null && !element.closest(".breadcrumb, .canvas-empty");
      const what = `“${words.slice(0, 40)}” (${named(element)} in ${named(element.parentElement!)})`;
      const size = Number.parseFloat(style.fontSize);
      if (size < 12) found.add(`${size} px: ${what}`);
      // The nearest part that cuts.
      for (
        let around: Element | null = element;
        around && around !== document.body && !around.matches(".canvas-area");
        around = around.parentElement
      ) {
        const { overflowX, textOverflow } = getComputedStyle(around);
        if (overflowX === "visible" || scrolls(around)) {
          if (scrolls(around)) break;
          continue;
        }
        const edge = around.getBoundingClientRect();
        const out = Math.max(...boxes.map(({ right }) => right)) - edge.right;
        if (out > 1.5 && around.clientWidth > 1) {
          const says =
            around.closest("[title]")?.getAttribute("title") ?? element.closest("[title]")?.getAttribute("title");
          // What fades out at its edge says that there is more.
          const fades = getComputedStyle(around).maskImage !== "none";
          if (fades) break;
          if (textOverflow !== "ellipsis") found.add(`cut by ${Math.round(out)} px: ${what} by ${named(around)}`);
          else if (!says && !canvas) found.add(`with dots, without a title: ${what}`);
          boxes.length = 0;
        }
        break;
      }
      if (canvas) continue;
      const cutters: DOMRect[] = [];
      for (let around: Element | null = element; around; around = around.parentElement)
        if (getComputedStyle(around).overflowY !== "visible") cutters.push(around.getBoundingClientRect());
      for (const { left, top, right, bottom } of boxes) {
        const x = (left + right) / 2;
        const y = (top + bottom) / 2;
        if (cutters.some((edge) => y < edge.top || y > edge.bottom || x < edge.left || x > edge.right)) continue;
        // What is scrolled out of a part is cut off there.
        const seenRight = Math.min(right, ...cutters.map((edge) => edge.right));
        const seenLeft = Math.max(left, ...cutters.map((edge) => edge.left));
        if (seenRight > innerWidth + 1 || seenLeft < -1) found.add(`out of the window: ${what}`);
        else if (y > 0 && y < innerHeight && style.pointerEvents !== "none") {
          const hit = document.elementFromPoint(x, y);
          if (hit && !hit.contains(element) && !element.contains(hit)) found.add(`covered by ${named(hit)}: ${what}`);
        }
      }
    }
    if (document.documentElement.scrollWidth > innerWidth) found.add("the page is wider than the window");
    return [...found];
  });
}
