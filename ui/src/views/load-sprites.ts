import type { Sprites } from "./map-draw.ts";

/** Pictures smaller than this are never drawn from a level of their own. */
const least = 16;
/** Sheets that stay loaded: a map is shown on its node, closely, and again in every run after the first. */
const kept = 3;

/** By address, the one that was asked for last at the end. What an address holds never changes. */
const loaded = new Map<string, Promise<Sprites>>();

/**
 * A sheet of square pictures, and a smaller one of each half of their side; fetched unless it is one of those that were asked for last.
 * Rejects if it cannot be had.
 */
export function loadSprites(address: string, side: number, columns: number): Promise<Sprites> {
  const name = `${address} ${side} ${columns}`;
  const sprites = loaded.get(name) ?? fetchSprites(address, side, columns);
  loaded.delete(name);
  loaded.set(name, sprites);
  sprites.catch(() => loaded.delete(name));
  for (const old of [...loaded.keys()].slice(0, -kept)) loaded.delete(old);
  return sprites;
}

async function fetchSprites(address: string, side: number, columns: number): Promise<Sprites> {
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
