import { readFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import type { Problem } from "@clipwork/engine";
import type { Provider } from "@clipwork/models/onnx";

const file = "config.json";
const choices = ["cpu", "webgpu", "cuda", "auto"] as const satisfies readonly (Provider | "auto")[];

/** What the owner of a data folder has set: `<data>/config.json`. Never part of a workflow. */
export type Configuration = {
  /** Folders of node packs, in order. Their code runs here. */
  readonly nodePacks: readonly string[];
  readonly provider: Provider | "auto";
};

/**
 * Reads a data folder's configuration; without the file all is as by default. Node packs that CLIPWORK_NODES names, for
 * trying one out, come first. A field that is unknown or of the wrong kind is a problem: a misspelt one must not be left out
 * in silence. Writes nothing.
 */
export async function readConfiguration(
  data: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly configuration?: Configuration; readonly problems: readonly Problem[] }> {
  const path = join(data, file);
  const wrong = (message: string, remedy: string) => {
    const problem: Problem = { code: "bad-configuration", severity: "error", message: `${path}: ${message}`, remedy };
    return { problems: [problem] };
  };
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error && text.code !== "ENOENT") {
    return wrong(`it cannot be read: ${text.code}.`, "Allow reading it, or remove it.");
  }
  const json = text instanceof Error ? {} : readJson(text);
  if (json instanceof Error) return wrong(`it is not JSON: ${json.message}.`, "Mend it, or remove it.");
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return wrong("it is no object.", 'Write { "nodePacks": [] }, or remove it.');
  }
  const { nodePacks = [], provider = "cpu", ...unknown } = json as { [field: string]: unknown };
  const [field] = Object.keys(unknown);
  if (field !== undefined) {
    return wrong(`there is no setting ${JSON.stringify(field)}.`, 'There are "nodePacks" and "provider".');
  }
  if (!Array.isArray(nodePacks) || !nodePacks.every((place) => typeof place === "string" && place !== "")) {
    return wrong('"nodePacks" has to be a list of texts.', 'Write "nodePacks": ["./my-nodes", "clipwork-nodes-name"].');
  }
  const known = choices.find((name) => name === provider);
  if (!known) return wrong(`"provider" cannot be ${JSON.stringify(provider)}.`, `It may be ${choices.join(", ")}.`);
  const tried = (environment.CLIPWORK_NODES ?? "").split(delimiter).filter(Boolean);
  const places = [...tried.map((place) => resolve(place)), ...nodePacks.map((place) => placeOf(data, place))];
  return { configuration: { nodePacks: [...new Set(places)], provider: known }, problems: [] };
}

/** A path is meant from the data folder; a name is that of an npm package installed there. */
function placeOf(data: string, place: string): string {
  const isName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(place);
  return isName ? join(data, "node_modules", place) : resolve(data, place);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}
