import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Problem } from "@clipwork/engine";
import { namedNodePacks, placeOf, readConfiguration, writeNodePacks } from "../../data-folder/configuration.ts";
import { dataFolder, dataFolderTrouble } from "../../data-folder/data-folder.ts";
import { refusal } from "../../installed/node-library.ts";
import { isOwnGroup } from "../../installed/node-pack.ts";
import { type Trial, tryNodePack } from "../../installed/try-node-packs.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";
import { writeNewNodePack } from "./new-node-pack.ts";

type Options = { readonly data?: string; readonly json?: boolean };

/** A node pack as the configuration names it. */
type Named = { readonly as: string; readonly place: string };

/** `clipwork packs list`: the node packs that config.json names, each loaded in a process of its own. */
export async function packsListCommand(terminal: Terminal, { data: asked, json = false }: Options): Promise<number> {
  const data = dataFolder(asked);
  const { configuration, problems } = await readConfiguration(data);
  if (!configuration) return refuse(terminal, problems, json);
  const places = configuration.nodePacks;
  const packs = (await Promise.all(places.map((place) => tryNodePack(place)))).map((trial, i) => ({
    place: places[i]!,
    ...trial,
  }));
  if (json) terminal.out(JSON.stringify({ event: "packs", packs }));
  else if (packs.length === 0) terminal.out('No node packs. "packs add FOLDER" adds one, "packs new NAME" begins one.');
  else for (const pack of packs) terminal.out(visible(inWords(pack.place, pack)));
  return packs.some((pack) => "refused" in pack) ? exitCodes.failed : exitCodes.done;
}

function inWords(place: string, trial: Trial): string {
  if ("refused" in trial) return `${place}: not used: ${trial.refused.replace(/\.$/, "")}.`;
  return `${trial.name}@${trial.version}  ${place}  ${trial.types.join(", ")}`;
}

/** `clipwork packs add`: names a folder, or an npm package of the data folder, in config.json once it loads. */
export async function packsAddCommand(
  terminal: Terminal,
  { place: asked, json = false, ...options }: Options & { readonly place: string },
): Promise<number> {
  const opened = await openNamed(options.data);
  if ("problems" in opened) return refuse(terminal, opened.problems, json);
  const { data, named } = opened;
  const as = isPath(asked) ? resolve(asked) : asked;
  const place = placeOf(data, as);
  const trial = await tryNodePack(place);
  if ("refused" in trial) return refuse(terminal, [{ ...refusal(place, trial.refused), severity: "error" }], json);
  const known = named.some((one) => one.place === place);
  if (!known) await writeNodePacks(data, [...named.map((one) => one.as), as]);
  if (json) terminal.out(JSON.stringify({ event: "added", place, ...trial }));
  else {
    terminal.out(visible(inWords(place, trial)));
    terminal.out(known ? "config.json named it already." : "config.json names it now.");
  }
  return exitCodes.done;
}

/** `clipwork packs remove`: takes a pack out of config.json, by its folder, its name or what that ends with after `clipwork-nodes-`. Its files stay. */
export async function packsRemoveCommand(
  terminal: Terminal,
  { place: asked, json = false, ...options }: Options & { readonly place: string },
): Promise<number> {
  const opened = await openNamed(options.data);
  if ("problems" in opened) return refuse(terminal, opened.problems, json);
  const { data, named } = opened;
  const names = await Promise.all(named.map(({ place }) => nameIn(place)));
  const found = named.filter(
    ({ as, place }, i) =>
      [as, place, names[i], names[i]?.replace(/^clipwork-nodes-/, "")].includes(asked) || place === resolve(asked),
  );
  if (found.length === 0) {
    const all = named.map(({ as }) => as).join(", ");
    const remedy = all === "" ? "It names none." : `It names ${all}.`;
    return refuse(
      terminal,
      [inputProblem("unknown-node-pack", `config.json names no node pack ${asked}.`, remedy)],
      json,
    );
  }
  await writeNodePacks(
    data,
    named.filter((one) => !found.includes(one)).map(({ as }) => as),
  );
  const places = found.map(({ place }) => place);
  if (json) terminal.out(JSON.stringify({ event: "removed", places }));
  else terminal.out(visible(`${places.join(", ")} is no longer used. Its files stay where they are.`));
  return exitCodes.done;
}

/** `clipwork packs new`: writes a node pack to begin with. */
export async function packsNewCommand(
  terminal: Terminal,
  {
    name,
    folder = `clipwork-nodes-${name}`,
    json = false,
  }: Omit<Options, "data"> & { readonly name: string; readonly folder?: string },
): Promise<number> {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name) || isOwnGroup(name)) {
    const what = isOwnGroup(name)
      ? "is what types of Clipwork's own are called"
      : "cannot begin the names of node types";
    const remedy = "Give a name of small letters, digits and -, such as film.";
    return refuse(terminal, [inputProblem("usage", `"${name}" ${what}.`, remedy)], json);
  }
  const path = resolve(folder);
  try {
    await writeNewNodePack(path, name);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "EEXIST" ? "there is something of that name already" : message;
    return refuse(
      terminal,
      [inputProblem("unwritten", `${path} cannot be made: ${reason}.`, "Name another folder.")],
      json,
    );
  }
  if (json) terminal.out(JSON.stringify({ event: "made", folder: path }));
  else
    terminal.out(
      visible(
        `${path} has a node ${name}.negative, its test and a workflow. "npm test" there tests it, 'packs add "${path}"' makes it known.`,
      ),
    );
  return exitCodes.done;
}

/** What config.json names, to be changed; CLIPWORK_NODES is not in it. */
async function openNamed(
  asked: string | undefined,
): Promise<{ readonly data: string; readonly named: readonly Named[] } | { readonly problems: readonly Problem[] }> {
  const data = dataFolder(asked);
  const trouble = await dataFolderTrouble(data);
  if (trouble) return { problems: [inputProblem("bad-folder", trouble.message, trouble.remedy)] };
  const { configuration, problems } = await readConfiguration(data, { CLIPWORK_NODES: "" });
  if (!configuration) return { problems };
  await mkdir(data, { recursive: true });
  return { data, named: (await namedNodePacks(data)).map((as) => ({ as, place: placeOf(data, as) })) };
}

const isPath = (place: string) => /^\.|[\\/]/.test(place) && !place.startsWith("@");

/** The name in a pack's package.json. */
async function nameIn(place: string): Promise<string | undefined> {
  try {
    return JSON.parse(await readFile(join(place, "package.json"), "utf8")).name;
  } catch {
    return undefined;
  }
}
