import type { Level, Source } from "./levels.ts";
import { type Address, badLink } from "./read-node.ts";
import { show, suggest } from "./wording.ts";
import { inputsId } from "./workflow-json.ts";

/** Why an address leads nowhere. */
export type Lost = { readonly message: string; readonly remedy: string };

/**
 * Follows addresses through the inputs and outputs of instances to a node of the unpacked graph. Undefined for an input that nothing
 * feeds. What was found is remembered: a long row of instances that pass a value on is gone through once.
 */
export function finder(): (source: Source) => Address | Lost | undefined {
  const known = new Map<Level, Map<string, Address | Lost | undefined>>();
  return (source) => {
    const passed: [Level, string][] = [];
    const onWay = new Set<string>();
    let { at, address } = source;
    let found: Address | Lost | undefined;
    for (;;) {
      const { node, port } = address;
      const key = `${node}.${port}`;
      const inner = at.inner.get(node);
      const fromInputs = at.definition && node === inputsId;
      if (!inner && !fromInputs) {
        found = at.prefix === "" ? address : { node: at.prefix + node, port };
        break;
      }
      const here = known.get(at);
      if (here?.has(key)) {
        found = here.get(key);
        break;
      }
      const name = `${at.prefix}${key}`;
      if (onWay.has(name)) {
        found = {
          message: "leads round in a circle of subgraphs that only pass it on",
          remedy: "Remove one of the links.",
        };
        break;
      }
      onWay.add(name);
      passed.push([at, key]);
      if (inner) {
        const { title } = inner.definition;
        const from = inner.given.get(port);
        if (!from) {
          found = inner.given.has(port)
            ? {
                message: `leads to the output ${show(port)} of the subgraph ${show(title)}, which gives nothing yet`,
                remedy: "Open the subgraph and link something to that output.",
              }
            : {
                message: `leads to the output ${show(port)}, which the subgraph ${show(title)} does not have`,
                remedy: suggest(port, inner.given.keys(), "output"),
              };
          break;
        }
        ({ at, address } = from);
        continue;
      }
      const { title, inputs } = at.definition!;
      const next = at.fed.get(port);
      if (!next) {
        if (!inputs.has(port))
          found = {
            message: `leads to the input ${show(port)}, which the subgraph ${show(title)} does not have`,
            remedy: suggest(port, inputs.keys(), "input"),
          };
        break;
      }
      if (next.address === badLink) {
        found = badLink;
        break;
      }
      ({ at, address } = next);
    }
    for (const [level, key] of passed) {
      const here = known.get(level) ?? new Map<string, Address | Lost | undefined>();
      known.set(level, here.set(key, found));
    }
    return found;
  };
}
