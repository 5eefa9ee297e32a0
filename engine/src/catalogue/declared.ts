import type { Socket } from "../kinds/socket.ts";
import type { AnyNodeDefinition } from "./node.ts";
import type { Param } from "./param.ts";

/** The input that the node type declares under that name. Throws if there is none, which is a bug of the caller. */
export function inputOf({ type, inputs }: AnyNodeDefinition, name: string): Socket {
  return inputs[name] ?? missing(type, "input", name);
}

/** The output that the node type declares under that name. Throws if there is none, which is a bug of the caller. */
export function outputOf({ type, outputs }: AnyNodeDefinition, name: string): Socket {
  return outputs[name] ?? missing(type, "output", name);
}

/** The parameter that the node type declares under that name. Throws if there is none, which is a bug of the caller. */
export function paramOf({ type, params }: AnyNodeDefinition, name: string): Param {
  return params[name] ?? missing(type, "parameter", name);
}

function missing(type: string, what: string, name: string): never {
  throw new Error(`Bug: ${type} declares no ${what} "${name}".`);
}
