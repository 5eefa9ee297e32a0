import type { Level, Source } from "./levels.ts";
import { collectPrefix, keepType, roundInput, roundType } from "./loop.ts";
import type { Definition } from "./read-definitions.ts";
import type { DocumentNode } from "./read-node.ts";
import { againOutput } from "./rounds.ts";
import type { LoopKind } from "./workflow-json.ts";

/** A node that stands between rounds. Its links are not followed yet. */
export type Between = Pick<DocumentNode, "id" | "type" | "params" | "mode"> & {
  readonly links: ReadonlyMap<string, Source>;
};

export type Unrolled = {
  /** One level a round. */
  readonly rounds: readonly Level[];
  readonly between: readonly Between[];
  /** What each output of the loop gives; undefined for nothing. */
  readonly given: ReadonlyMap<string, Source | undefined>;
};

type Loop = {
  readonly id: string;
  readonly kind: LoopKind;
  readonly rounds: number;
  readonly definition: Definition;
  readonly mode: Level["mode"];
  /** What feeds the loop from outside, by input. */
  readonly fed: ReadonlyMap<string, Source>;
};

/** Where addresses of the unpacked graph are looked up. */
const outside: Level = {
  prefix: "",
  nodes: new Map(),
  mode: "run",
  fed: new Map(),
  inner: new Map(),
  set: new Map(),
};

const madeBy = (node: string, port: string): Source => ({ at: outside, address: { node, port } });

/**
 * Writes a loop as the rounds that it may run, one after the other. A port that is an input and an output is carried: a round is fed what the
 * one before gave, and the loop gives what the last one gave. Any other output gives the list of each round's value. A loop that runs "while"
 * has nodes between its rounds that keep the values of the last round that ran, so that the rounds behind it are not needed.
 */
export function unroll(
  { id, kind, rounds: count, definition, mode, fed }: Loop,
  open: (prefix: string, fed: ReadonlyMap<string, Source>) => Level,
): Unrolled {
  const { inputs, outputs } = definition;
  const ports = [...outputs.keys()];
  const carried = ports.filter((port) => inputs.has(port));
  const numbered = inputs.has(roundInput) && !fed.has(roundInput) && !outputs.has(roundInput);
  const rounds: Level[] = [];
  const between: Between[] = [];
  const add = (id: string, type: string, params: Between["params"], links: readonly (readonly [string, Source])[]) =>
    between.push({ id, type, params, mode, links: new Map(links) });
  /** What the rounds so far give to the next one, by carried port. */
  const held = new Map<string, Source | undefined>();
  /** Round by round, whether it runs; undefined for a round that always does. */
  const runs: (Source | undefined)[] = [undefined];

  for (let number = 1; number <= count; number++) {
    const prefix = `${id}/${number}`;
    const now = new Map(fed);
    for (const [port, source] of held)
      if (source) now.set(port, source);
      else now.delete(port);
    if (numbered) {
      now.set(roundInput, madeBy(`${prefix}/in`, roundInput));
      add(`${prefix}/in`, roundType, { number }, []);
    }
    const round = open(`${prefix}/`, now);
    rounds.push(round);
    const again = runs[number - 1];
    const given = (port: string) => sourceIn(round, port);
    for (const port of carried) {
      const [fresh, kept] = [given(port), held.get(port)];
      if (again && fresh && kept) {
        const keep = `${prefix}/out/${ports.indexOf(port) + 1}`;
        add(keep, keepType, {}, [
          ["again", again],
          ["fresh", fresh],
          ["kept", kept],
        ]);
        held.set(port, madeBy(keep, "value"));
      } else held.set(port, fresh);
    }
    const asks = kind === "while" && number < count ? given(againOutput) : undefined;
    if (!asks) continue;
    if (again) {
      add(`${prefix}/out`, keepType, {}, [
        ["again", again],
        ["fresh", asks],
        ["kept", again],
      ]);
      runs.push(madeBy(`${prefix}/out`, "value"));
    } else runs.push(asks);
  }

  const results = new Map<string, Source | undefined>();
  for (const [i, port] of ports.entries()) {
    if (inputs.has(port) || !outputs.get(port)) {
      results.set(port, held.get(port));
      continue;
    }
    const collect = `${id}/out/${i + 1}`;
    add(
      collect,
      `${collectPrefix}${count}`,
      {},
      rounds.flatMap((round, i) => {
        const [value, runsThen] = [sourceIn(round, port)!, runs[i]];
        const of: [string, Source] = [`value${i + 1}`, value];
        return runsThen ? [[`again${i + 1}`, runsThen] as [string, Source], of] : [of];
      }),
    );
    results.set(port, madeBy(collect, "values"));
  }
  return { rounds, between, given: results };
}

/** What an output of a level's definition names, inside it. */
export function sourceIn(level: Level, port: string): Source | undefined {
  const address = level.definition!.outputs.get(port);
  return address && { at: level, address };
}
