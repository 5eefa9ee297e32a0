import { writeFile } from "node:fs/promises";
import { asText, readText } from "../../terminal/read-text.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem } from "../../terminal/terminal.ts";
import { isComfyApi } from "./comfy-graph.ts";
import { fromComfy } from "./from-comfy.ts";

/**
 * `clipwork convert`: a workflow of ComfyUI as one of ours, to standard output or to a file that does not exist yet. What has no counterpart
 * is named by warnings. Returns the exit code.
 */
export async function convertCommand(
  terminal: Terminal,
  { file, target, pack }: { readonly file: string; readonly target?: string; readonly pack: string },
): Promise<number> {
  const no = (code: string, message: string, remedy: string) =>
    refuse(terminal, [inputProblem(code, message, remedy)], false);
  const text = await readText(file).catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) return no("file-missing", `${file} cannot be read: ${text.code}.`, "Check the path.");
  if (text === undefined) return no("no-text", `${file} is no text.`, asText);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return no("bad-json", `${file} is not JSON: ${(error as Error).message}.`, "Save it anew in ComfyUI.");
  }
  // As its page sends it to be run, the workflow is a part of it.
  const sent = typeof json === "object" && json !== null && "prompt" in json ? json.prompt : undefined;
  if (isComfyApi(sent)) json = sent;
  if (!isComfyApi(json)) {
    const page = typeof json === "object" && json !== null && "last_node_id" in json;
    const message = page
      ? `${file} is a workflow as ComfyUI's page saves it.`
      : `${file} is no workflow of ComfyUI's API format.`;
    return no("not-comfy", message, "In ComfyUI, choose Workflow › Export (API), and convert that.");
  }
  const { document, lost } = fromComfy(json, pack);
  for (const message of lost)
    tellProblem(terminal, { code: "no-counterpart", severity: "warning", message, remedy: "" });
  if (!document) {
    const message = `${file} has no KSampler or KSamplerAdvanced whose positive input has an image by unCLIPConditioning.`;
    return no("no-unclip", message, "Only workflows with unCLIP nodes have a counterpart here.");
  }
  const written = JSON.stringify(document, undefined, 2);
  if (target === undefined) terminal.out(written);
  else {
    const refused = await writeFile(target, `${written}\n`, { flag: "wx" }).catch(
      (error: NodeJS.ErrnoException) => error,
    );
    if (refused?.code === "EEXIST") return no("file-exists", `${target} is there already.`, "Name another file.");
    if (refused) return no("unwritable", `${target} cannot be written: ${refused.code}.`, "Name another file.");
    terminal.out(target);
  }
  return exitCodes.done;
}
