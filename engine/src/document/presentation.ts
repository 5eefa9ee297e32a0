import { Report } from "./report.ts";
import { show } from "./wording.ts";

/** The colours that groups, notes and cards may have. A theme says what each looks like. */
export const colours = ["grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"] as const;
export type Colour = (typeof colours)[number];

/** Limits of what a document says about its looks. Lengths are in canvas units, which are pixels at scale 1. */
export const presentationLimits = {
  groups: 1_000,
  notes: 1_000,
  /** Characters of the title of a group or card. */
  title: 100,
  /** Characters of a note. */
  text: 10_000,
  /** The farthest that anything may stand from the middle of the canvas. */
  far: 10_000_000,
  cardWidth: { least: 200, most: 800 },
  noteWidth: { least: 120, most: 2_000 },
  noteHeight: { least: 60, most: 2_000 },
} as const;

/** A frame around nodes, as the document has it. */
export type GroupJson = {
  readonly title: string;
  /** Ids of nodes. No node is in two groups, and no group in a group. */
  readonly members: readonly string[];
  readonly colour?: Colour;
  /** Drawn as one small card. */
  readonly collapsed?: boolean;
};

/** A text on the canvas, as the document has it. */
export type NoteJson = {
  /** Markdown. Whoever shows it shows it as text: no HTML, no pictures. */
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour?: Colour;
};

type Json = { readonly [field: string]: unknown };

/**
 * The groups of a document, by id, as far as they make sense: of each only those members that `nodes` has and that no earlier group has.
 * What is wrong is warned of in the report: it changes nothing that is computed.
 */
export function readGroups(json: unknown, nodes: object, report = new Report()): ReadonlyMap<string, GroupJson> {
  const groups = new Map<string, GroupJson>();
  const taken = new Map<string, string>();
  const example = 'Write "groups": { "stage": { "title": "Stage", "members": ["prior", "decode"] } }.';
  for (const [id, group] of entries(json, "groups", "bad-group", presentationLimits.groups, example, report)) {
    const called = isRecord(group) && typeof group.title === "string" ? show(group.title) : show(id);
    const complain = (what: string, remedy: string) =>
      report.warning("bad-group", {}, `Group ${called} ${what}`, remedy);
    if (!isRecord(group) || !Array.isArray(group.members)) {
      complain(`has no list of "members"; it is ignored.`, example);
      continue;
    }
    const members: string[] = [];
    for (const member of group.members as readonly unknown[]) {
      const other = typeof member === "string" ? taken.get(member) : undefined;
      if (typeof member !== "string" || !Object.hasOwn(nodes, member))
        complain(
          `has the member ${show(member)}, which is no node; it is left out.`,
          "Name nodes: groups do not nest.",
        );
      else if (other !== undefined)
        complain(`has the member ${show(member)}, which is in group ${other} already.`, "Leave it in one group only.");
      else {
        taken.set(member, called);
        members.push(member);
      }
    }
    const title = titleIn(group, complain) ?? "";
    const colour = colourIn(group, complain);
    if (group.collapsed !== undefined && typeof group.collapsed !== "boolean")
      complain(`has "collapsed": ${show(group.collapsed)}.`, "Use true, or leave it out.");
    if (members.length === 0) continue;
    groups.set(id, { title, members, ...(colour && { colour }), ...(group.collapsed === true && { collapsed: true }) });
  }
  return groups;
}

/** The notes of a document, by id, as far as they make sense: a size beyond the limits is brought within them. */
export function readNotes(json: unknown, report = new Report()): ReadonlyMap<string, NoteJson> {
  const notes = new Map<string, NoteJson>();
  const example = 'Write "notes": { "n": { "text": "Why", "x": 0, "y": 0, "width": 240, "height": 120 } }.';
  const { text: longest, noteWidth, noteHeight } = presentationLimits;
  for (const [id, note] of entries(json, "notes", "bad-note", presentationLimits.notes, example, report)) {
    const called = show(isRecord(note) && typeof note.text === "string" ? note.text : id);
    const complain = (what: string, remedy: string) => report.warning("bad-note", {}, `Note ${called} ${what}`, remedy);
    if (!isRecord(note) || typeof note.text !== "string" || !isPlace(note)) {
      complain('has no "text", or no place "x" and "y" on the canvas; it is ignored.', example);
      continue;
    }
    if (note.text.length > longest)
      complain(`has ${note.text.length} characters; the first ${longest} are shown.`, "Make several notes of it.");
    const width = lengthIn(note, "width", noteWidth, complain) ?? 240;
    const height = lengthIn(note, "height", noteHeight, complain) ?? 120;
    const colour = colourIn(note, complain);
    const { x, y } = note;
    notes.set(id, { text: note.text.slice(0, longest), x, y, width, height, ...(colour && { colour }) });
  }
  return notes;
}

/** How a card looks, as far as it makes sense; its place and what else the editor keeps there are left alone. */
export type CardLook = {
  readonly title?: string;
  readonly colour?: Colour;
  readonly width?: number;
  readonly collapsed?: true;
};

/** How the card of the node looks by its entry in "layout". */
export function readCardLook(entry: unknown, id: string, report = new Report()): CardLook {
  if (!isRecord(entry)) return {};
  const complain = (what: string, remedy: string) =>
    report.warning("bad-layout", { node: id }, `The card of "${id}" ${what}`, remedy);
  const title = titleIn(entry, complain)?.trim();
  const colour = colourIn(entry, complain);
  const width = lengthIn(entry, "width", presentationLimits.cardWidth, complain);
  const { collapsed } = entry;
  if (collapsed !== undefined && typeof collapsed !== "boolean")
    complain(`has "collapsed": ${show(collapsed)}.`, "Use true, or leave it out.");
  return {
    ...(title && { title }),
    ...(colour && { colour }),
    ...(width !== undefined && { width }),
    ...(collapsed === true && { collapsed }),
  };
}

/**
 * Warns of what makes no sense in the looks of a document whose nodes are these: a hundred warnings at most, since looks prevent no run,
 * and too many problems would.
 */
export function checkPresentation(json: Json, nodes: object, report: Report): void {
  const looks = new Report();
  const field = (name: string) => (Object.hasOwn(json, name) ? json[name] : undefined);
  readGroups(field("groups"), nodes, looks);
  readNotes(field("notes"), looks);
  const layout = field("layout");
  if (isRecord(layout))
    for (const id of Object.keys(layout)) if (Object.hasOwn(nodes, id)) readCardLook(layout[id], id, looks);
  if (layout !== undefined && !isRecord(layout))
    looks.warning(
      "bad-layout",
      {},
      `"layout" has to be an object, but is ${show(layout)}; it is ignored.`,
      "Leave it out.",
    );
  const room = Math.max(0, Report.limit - report.problems.length);
  for (const problem of looks.problems.slice(0, Math.min(mostWarnings, room))) report.add(problem);
}

const mostWarnings = 100;

type Complain = (what: string, remedy: string) => void;

function titleIn({ title }: Json, complain: Complain): string | undefined {
  if (title === undefined) return undefined;
  const { title: longest } = presentationLimits;
  if (typeof title === "string" && title.length <= longest && !/[\n\r]/.test(title)) return title;
  complain(`has the title ${show(title)}.`, `A title is one line of at most ${longest} characters.`);
  return typeof title === "string" ? title.replaceAll(/\s+/g, " ").slice(0, longest) : undefined;
}

function colourIn({ colour }: Json, complain: Complain): Colour | undefined {
  if (colour === undefined) return undefined;
  const found = colours.find((one) => one === colour);
  if (!found) complain(`has the colour ${show(colour)}.`, `Choose one of ${colours.join(", ")}.`);
  return found;
}

type Range = { readonly least: number; readonly most: number };

function lengthIn(
  json: Json,
  side: "width" | "height",
  { least, most }: Range,
  complain: Complain,
): number | undefined {
  const length = json[side];
  if (length === undefined) return undefined;
  if (typeof length === "number" && length >= least && length <= most) return length;
  complain(`has the ${side} ${show(length)}.`, `Use ${least} to ${most}.`);
  return typeof length === "number" && !Number.isNaN(length) ? Math.min(most, Math.max(least, length)) : undefined;
}

function isPlace<T extends Json>(json: T): json is T & { readonly x: number; readonly y: number } {
  const { far } = presentationLimits;
  return [json.x, json.y].every((along) => typeof along === "number" && Math.abs(along) <= far);
}

/** The entries of a field of the document, at most as many as there may be. */
function entries(
  json: unknown,
  field: string,
  code: string,
  most: number,
  remedy: string,
  report: Report,
): [string, unknown][] {
  if (json === undefined) return [];
  if (!isRecord(json)) {
    report.warning(code, {}, `"${field}" has to be an object, but is ${show(json)}; it is ignored.`, remedy);
    return [];
  }
  const ids = Object.keys(json);
  if (ids.length > most)
    report.warning(code, {}, `The workflow has ${ids.length} ${field}; the first ${most} are shown.`, "Remove some.");
  return ids.slice(0, most).flatMap((id): [string, unknown][] => {
    if (idPattern.test(id)) return [[id, json[id]]];
    report.warning(code, {}, `${show(id)} cannot be an id in "${field}"; it is ignored.`, idRemedy);
    return [];
  });
}

/** What ids look like, of nodes as of groups and notes. */
export const idPattern = /^[a-z][a-z0-9_-]{0,63}$/;
export const idRemedy = "Use a small letter, then up to 63 small letters, digits, _ or -.";

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
