import { inputOf, outputOf, paramOf } from "../catalogue/declared.ts";
import type { AnyEnvironment } from "../catalogue/environment.ts";
import { findConverter } from "../catalogue/find-converter.ts";
import { checkParam } from "../catalogue/param-check.ts";
import { listNames } from "../document/wording.ts";
import type { PackFacts } from "../kinds/pack-facts.ts";
import { decidingParam } from "../kinds/resolve-fact.ts";
import type { SocketType } from "../kinds/socket.ts";
import { clash, describeType, resolveType } from "../kinds/types.ts";
import type { GraphNode, Output } from "./graph.ts";
import { settingsOf } from "./settings-of.ts";

type Needing = Pick<GraphNode, "id" | "pack"> &
  Output & {
    readonly port: string;
    /** The type of the port as it is declared, and with what the node's pack and its other links say. */
    readonly declared: SocketType;
    readonly needs: SocketType;
  };

/** Where what an output gives comes from: behind nodes that pass on, unchanged, the one thing that they are given. */
function originOf(output: Output): Output {
  const seen = new Set<GraphNode>();
  let at = output;
  while (!seen.has(at.source)) {
    seen.add(at.source);
    const { definition, links } = at.source;
    const { type } = outputOf(definition, at.sourcePort);
    if (type.kind !== "variable") return at;
    const given = links.filter(({ port, param }) => {
      const input = param ? undefined : inputOf(definition, port).type;
      return input?.kind === "variable" && input.name === type.name;
    });
    const [only] = given;
    if (!only || given.length > 1) return at;
    at = only;
  }
  return at;
}

/**
 * The parameter of the source that decides a fact, with the value that would do; none if no one value of it would do for all that is needed, or if the
 * parameter cannot have it.
 */
function settingFor(needs: SocketType, { source, sourcePort: port }: Output, environment: AnyEnvironment) {
  const declared = outputOf(source.definition, port).type.refine ?? {};
  const lookup = { pack: source.pack, settings: settingsOf(source, environment) };
  const deciding = (fact: string) => decidingParam(declared[fact], needs.refine?.[fact], lookup);
  return (fact: string) => {
    const found = deciding(fact);
    if (found && checkParam(paramOf(source.definition, found.param), found.value)) return undefined;
    const others = Object.keys(declared).map(deciding);
    return others.some((other) => other?.param === found?.param && other?.value !== found?.value) ? undefined : found;
  };
}

/** What to do about a link whose output has another type than its input needs. */
export function clashRemedy(has: SocketType, needing: Needing, environment: AnyEnvironment): string {
  const { catalogue, packs } = environment;
  const { id, pack, declared, needs, source, sourcePort } = needing;
  const fact = has.kind === needs.kind ? clash(has, needs) : undefined;
  if (fact !== undefined) {
    const ofPack = pack !== undefined && resolveType(declared, { pack }).refine?.[fact] !== undefined;
    const fits = (other: PackFacts) => agrees(has, resolveType(declared, { pack: other }), fact);
    const names = ofPack ? packNames(packs, fits) : "";
    const fitting = names === "" ? "" : ` Packs that fit "${id}": ${names}.`;
    const origin = originOf({ source, sourcePort });
    const set = settingFor(needs, origin, environment)(fact);
    if (set) return `Set "${set.param}" of "${origin.source.id}" to ${set.value}, or link another output.${fitting}`;
    const number = needs.refine?.[fact];
    if (typeof number === "number")
      return `The two have to agree in ${fact}: let "${origin.source.id}" give ${number}, or link another output.${fitting}`;
    return `The two have to agree in ${fact}: choose the same model pack on both sides, or, if it is the same, another output.${fitting}`;
  }
  const converter = findConverter(catalogue, has, needs);
  return converter
    ? `Put a ${converter} node between them.`
    : `Link an output of type ${describeType(needs)} instead; no node turns one into the other.`;
}

/** Whether both types know the fact, and nothing between them clashes. */
function agrees(has: SocketType, needs: SocketType, fact: string): boolean {
  return needs.refine?.[fact] !== undefined && clash(has, needs) === undefined;
}

/** The usable packs of which that holds, as a sentence lists them. */
export function packNames(packs: AnyEnvironment["packs"], holds: (pack: PackFacts) => boolean): string {
  return listNames(Object.values(packs).flatMap((pack) => ("stages" in pack && holds(pack) ? [pack.name] : [])));
}
