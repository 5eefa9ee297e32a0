import { inputOf, outputOf } from "../catalogue/declared.ts";
import type { AnyNodeDefinition } from "../catalogue/node.ts";
import type { Document } from "../document/document.ts";
import { type Address, badLink } from "../document/read-node.ts";
import type { SocketType } from "../kinds/socket.ts";

type Definitions = ReadonlyMap<string, { readonly definition: AnyNodeDefinition }>;

/** What bypassed instances of subgraphs hand on, each as a whole. */
export class BypassedInstances {
  readonly #document: Document;
  readonly #graph: Definitions;
  /** What feeds the inputs of each, in their order. */
  readonly #fed = new Map<string, readonly Address[]>();

  constructor(document: Document, graph: Definitions) {
    this.#document = document;
    this.#graph = graph;
    for (const [id, { bypassed }] of document.instances) if (bypassed) this.#fed.set(id, bypassed);
  }

  get any(): boolean {
    return this.#fed.size > 0;
  }

  /**
   * What a link to `user` leads to without the bypassed instances that it comes out of: the source of the first linked input of the same kind. Where there
   * is none the link stays, and leads to a node that is left out.
   */
  source(user: string, from: Address): Address {
    const passed = new Set<string>();
    let at = from;
    for (;;) {
      const instance = this.#around(at.node, user);
      if (instance === undefined) return at;
      // Instances that only hand on to one another in a circle give nothing.
      if (passed.has(instance)) return from;
      passed.add(instance);
      const next = this.#instead(instance, at);
      if (!next) return at;
      at = next;
    }
  }

  /** The first bypassed instance with an output that nothing stands for. */
  stuck(): string | undefined {
    for (const id of this.#fed.keys())
      for (const output of this.#document.instances.get(id)!.outputs.values())
        if (!this.#instead(id, output)) return id;
    return undefined;
  }

  /** The bypassed instance that a node lies in and its user does not. Those inside another that is left out do not count. */
  #around(node: string, user: string): string | undefined {
    for (let slash = node.indexOf("/"); slash >= 0; slash = node.indexOf("/", slash + 1))
      if (this.#fed.has(node.slice(0, slash)) && !user.startsWith(node.slice(0, slash + 1)))
        return node.slice(0, slash);
    return undefined;
  }

  #instead(instance: string, output: Address): Address | undefined {
    const kind = this.#kindOf(output);
    return kind === undefined ? undefined : this.#fed.get(instance)!.find((fed) => this.#kindOf(fed) === kind);
  }

  /** The kind that an output gives; a node that passes on whatever it gets gives the kind of that. Undefined if nothing says it. */
  #kindOf(output: Address): string | undefined {
    const passed = new Set<string>();
    for (let at: Address | undefined = output; at && !passed.has(at.node); ) {
      passed.add(at.node);
      const definition = this.#graph.get(at.node)?.definition;
      if (!definition || !Object.hasOwn(definition.outputs, at.port)) return undefined;
      const { type } = outputOf(definition, at.port);
      if (type.kind !== "variable") return type.kind;
      at = this.#feeding(at.node, definition, type);
    }
    return undefined;
  }

  /** What is linked to the first linked input that shares the variable. */
  #feeding(node: string, definition: AnyNodeDefinition, variable: SocketType): Address | undefined {
    const links = this.#document.nodes.get(node)?.inputs ?? [];
    for (const port of Object.keys(definition.inputs)) {
      const { type } = inputOf(definition, port);
      const link = links.find((one) => one.port === port);
      if (!link || link.source === badLink || type.kind !== "variable") continue;
      if ("name" in type && "name" in variable && type.name === variable.name) return link.source;
    }
    return undefined;
  }
}
