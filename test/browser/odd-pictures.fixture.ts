import type { Browser } from "playwright-core";
import { oddPictures } from "../../nodes/src/image/odd-pictures.fixture.ts";
import { readCell } from "../../nodes/src/image/odd-pictures-table.fixture.ts";

/** What the browser shows of each odd picture, in their order. */
export async function shownByBrowser(browser: Browser): Promise<string[]> {
  const page = await browser.newPage();
  const cells: string[] = [];
  for (const { make } of oddPictures) {
    const base64 = Buffer.from(await make()).toString("base64");
    const shown = await page.evaluate(async (base64) => {
      const image = document.createElement("img");
      // The browser looks at the bytes of an image, not at its name or type, except for SVG.
      image.src = `data:${base64.startsWith("PHN2Zy") ? "image/svg+xml" : "image/png"};base64,${base64}`;
      if (
        !(await image.decode().then(
          () => true,
          () => false,
        ))
      )
        return undefined;
      const { naturalWidth: width, naturalHeight: height } = image;
      const canvas = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d")!;
      canvas.fillStyle = "white";
      canvas.fillRect(0, 0, width, height);
      canvas.drawImage(image, 0, 0);
      return { width, height, colour: [...canvas.getImageData(1, 1, 1, 1).data].slice(0, 3) };
    }, base64);
    cells.push(shown ? readCell(shown.width, shown.height, shown.colour) : "no");
  }
  await page.close();
  return cells;
}
