import type { Sprites } from "./map-draw.ts";

/** Pictures smaller than this are never drawn from a level of their own. */
const least = 16;

/** Fetches a sheet of square pictures, and makes a smaller one of each half of their side. Rejects if it cannot be had. */
export async function loadSprites(address: string, side: number, columns: number): Promise<Sprites> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const whole = await createImageBitmap(await response.blob());
  const levels = [{ side, image: whole }];
  for (let half = side / 2; half >= least && Number.isInteger(half); half /= 2) {
    const scale = half / side;
    const options = { resizeWidth: whole.width * scale, resizeHeight: whole.height * scale } as const;
    levels.push({ side: half, image: await createImageBitmap(whole, { ...options, resizeQuality: "high" }) });
  }
  return { columns, levels };
}
