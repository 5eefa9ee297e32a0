import type { WorkflowJson } from "@clipwork/engine";
import { type End, setParam } from "./edit.ts";
import { descriptionsIn, type Exposed, setExposed, withDescriptions } from "./set-exposed.ts";

/** A name as `--set name=value` takes it without doubt. A digit in front would change the order in which JSON is read. */
const namePattern = /^[A-Za-z][\w -]{0,62}[\w]$|^[A-Za-z]$/;

/** The name under which the workflow exposes a parameter. */
export function exposedNameOf(workflow: WorkflowJson, { node, port }: End): string | undefined {
  const exposed = exposedIn(workflow);
  const address = `${node}.${port}`;
  return Object.keys(exposed).find((name) => [exposed[name]!].flat().includes(address));
}

/** The workflow that exposes a parameter under a name of its own: the parameter's, with a number if that is taken. */
export function expose(workflow: WorkflowJson, end: End): WorkflowJson {
  if (exposedNameOf(workflow, end) !== undefined) return workflow;
  const exposed = exposedIn(workflow);
  return setExposed(workflow, { ...exposed, [freeName(end.port, exposed)]: `${end.node}.${end.port}` });
}

/**
 * The workflow in which an exposed name sets one more parameter, which gets the value that the name shows. It no longer belongs to
 * another name.
 */
export function exposeAlso(workflow: WorkflowJson, name: string, end: End, value: unknown): WorkflowJson {
  const without = unexpose(workflow, end);
  const exposed = exposedIn(without);
  if (!Object.hasOwn(exposed, name)) return workflow;
  const addresses = [...[exposed[name]!].flat(), `${end.node}.${end.port}`];
  return setParam(setExposed(without, { ...exposed, [name]: addresses }), end, value);
}

/** The workflow that no longer exposes a parameter. A name that stands for nothing else goes with it. */
export function unexpose(workflow: WorkflowJson, end: End): WorkflowJson {
  const name = exposedNameOf(workflow, end);
  if (name === undefined) return workflow;
  const exposed = exposedIn(workflow);
  const kept = [exposed[name]!].flat().filter((address) => address !== `${end.node}.${end.port}`);
  if (kept.length === 0) return removeExposed(workflow, name);
  return setExposed(workflow, { ...exposed, [name]: kept.length === 1 ? kept[0]! : kept });
}

/** The workflow without an exposed name. Its parameters keep their values. */
export function removeExposed(workflow: WorkflowJson, name: string): WorkflowJson {
  const { [name]: _, ...rest } = exposedIn(workflow);
  return setExposed(workflow, rest);
}

/** Why a name cannot be given, in words; undefined if it can. */
export function nameTrouble(workflow: WorkflowJson, from: string, to: string): string | undefined {
  if (to === from) return undefined;
  if (Object.hasOwn(exposedIn(workflow), to)) return `“${to}” is the name of another one.`;
  return namePattern.test(to)
    ? undefined
    : "Begin with a letter; then letters, digits, spaces, _ or -, up to 64 in all.";
}

/** The workflow in which an exposed name is another one, at the same place and with its description. */
export function renameExposed(workflow: WorkflowJson, from: string, to: string): WorkflowJson {
  const exposed = exposedIn(workflow);
  if (from === to || !Object.hasOwn(exposed, from) || nameTrouble(workflow, from, to) !== undefined) return workflow;
  const swap = <T>(all: { readonly [name: string]: T }) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name === from ? to : name, value]));
  return setExposed(withDescriptions(workflow, swap(descriptionsIn(workflow))), swap(exposed));
}

/** The workflow in which an exposed name stands so many places further down. */
export function moveExposed(workflow: WorkflowJson, name: string, by: number): WorkflowJson {
  const entries = Object.entries(exposedIn(workflow));
  const at = entries.findIndex(([other]) => other === name);
  const to = Math.min(entries.length - 1, Math.max(0, at + by));
  if (at < 0 || at === to) return workflow;
  return setExposed(workflow, Object.fromEntries(entries.toSpliced(at, 1).toSpliced(to, 0, entries[at]!)));
}

/** What an exposed name is for, if the workflow says so. */
export function descriptionOf(workflow: WorkflowJson, name: string): string | undefined {
  const said = descriptionsIn(workflow)[name];
  return typeof said === "string" && said !== "" ? said : undefined;
}

/** The workflow that says what an exposed name is for; an empty text says nothing. */
export function describeExposed(workflow: WorkflowJson, name: string, text: string): WorkflowJson {
  const { [name]: before, ...rest } = descriptionsIn(workflow);
  if (text === (before ?? "")) return workflow;
  return withDescriptions(workflow, text === "" ? rest : { ...rest, [name]: text });
}

/** What a document exposes; one that was written by hand may have null there. */
function exposedIn({ exposed }: WorkflowJson): Exposed {
  return exposed ?? {};
}

function freeName(port: string, taken: Exposed): string {
  if (!Object.hasOwn(taken, port)) return port;
  let n = 2;
  while (Object.hasOwn(taken, `${port} ${n}`)) n++;
  return `${port} ${n}`;
}
