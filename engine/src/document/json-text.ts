import { findExtra } from "./json-extra.ts";
import type { Problem } from "./problem.ts";
import { isKept } from "./whole-number.ts";
import { show } from "./wording.ts";

/** No real workflow comes near these limits; anything beyond them is refused before it costs memory or stack. */
export const maxTextLength = 16 * 2 ** 20;
export const maxDepth = 256;

/**
 * The JSON that the text stands for, or the problem that prevents reading it. Besides invalid JSON, anything `JSON.parse`
 * would lose silently is a problem: the first of two equal keys, numbers too large to represent, and whole numbers that would
 * become others. `what` begins the sentences.
 */
export function parseJson(
  text: string,
  what = "The workflow",
): { readonly json?: unknown; readonly problem?: Problem } {
  if (text.length > maxTextLength)
    return refuse({
      code: "text-too-long",
      message: `${what} is text of ${text.length} characters; at most ${maxTextLength} are read.`,
      remedy: "Split it.",
    });
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse({
      code: "bad-json",
      message: `${what} is not JSON: ${error.message.replace(/\s+/g, " ")}.`,
      remedy: remedyOf(text, error.message),
    });
  }
  return findLoss(text, what) ?? { json };
}

function refuse(problem: Omit<Problem, "severity">): { readonly problem: Problem } {
  return { problem: { ...problem, severity: "error" } };
}

/** Where the mistake is, and what to do about it. `message` is the one of `JSON.parse`, which need not say where. */
function remedyOf(text: string, message: string): string {
  const found = /position (\d+)/.exec(message);
  const at = found ? Number(found[1]) : /end of JSON/i.test(message) ? text.length : undefined;
  const extra = findExtra(text);
  if (extra && (at === undefined || at >= extra.at))
    return `The mistake is at ${place(text, extra.at)}. ${extra.remedy}`;
  const where = at === undefined ? "" : `The mistake is at ${place(text, at)}. `;
  return `${where}Look for a missing comma, quotation mark or bracket just before it.`;
}

/** Line and column, counted from 1. */
function place(text: string, at: number): string {
  const before = text.slice(0, at);
  return `line ${before.split("\n").length}, column ${before.length - before.lastIndexOf("\n")}`;
}

/** Scans text that is known to be JSON once: a text before a colon is therefore a key, and brackets match. */
function findLoss(text: string, what: string): { readonly problem: Problem } | undefined {
  /** The keys of each open object, and undefined for each open list. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === "{" || sign === "[") {
      if (open.length === maxDepth) return tooDeep(what, text, at);
      open.push(sign === "{" ? new Set() : undefined);
    } else if (sign === "}" || sign === "]") open.pop();
    else if (sign === '"') {
      const end = endOfText(text, at);
      if (isKey(text, end)) {
        const key = JSON.parse(text.slice(at, end)) as string;
        const keys = open.at(-1)!;
        if (keys.has(key)) return twice(text, at, key);
        keys.add(key);
      }
      at = end - 1;
    } else if (sign === "-" || (sign >= "0" && sign <= "9")) {
      number.lastIndex = at;
      const [written] = number.exec(text)!;
      if (!Number.isFinite(Number(written))) return tooLarge(text, at, written);
      if (!isKept(written)) return inexact(text, at, written);
      at += written.length - 1;
    }
  }
  return undefined;
}

const number = /[-+.0-9eE]+/y;
const afterText = /[ \t\r\n]*:/y;

/** The position after the text that begins at `start`. */
function endOfText(text: string, start: number): number {
  let end = start;
  let escaped: boolean;
  do {
    end = text.indexOf('"', end + 1);
    escaped = false;
    for (let back = end - 1; text[back] === "\\"; back--) escaped = !escaped;
  } while (escaped);
  return end + 1;
}

function isKey(text: string, end: number): boolean {
  afterText.lastIndex = end;
  return afterText.test(text);
}

function tooDeep(what: string, text: string, at: number) {
  const message = `${what} has lists or objects nested deeper than ${maxDepth} levels, at ${place(text, at)}.`;
  return refuse({ code: "nested-too-deep", message, remedy: "Remove what is nested there." });
}

function twice(text: string, at: number, key: string) {
  const message = `The key ${show(key)} stands twice in one object, the second time at ${place(text, at)}.`;
  return refuse({
    code: "duplicate-key",
    message,
    remedy: "Remove or rename one of the two: only one of them can count.",
  });
}

function inexact(text: string, at: number, written: string) {
  const message = `The whole number ${written.slice(0, 40)} at ${place(text, at)} would become ${Number(written)}.`;
  const most = Number.MAX_SAFE_INTEGER;
  const remedy = `Write a whole number up to ${most}, or put it in quotation marks if it is a name.`;
  return refuse({ code: "out-of-range", message, remedy });
}

function tooLarge(text: string, at: number, written: string) {
  const shown = written.length > 40 ? `${written.slice(0, 40)}…` : written;
  const message = `The number ${shown} at ${place(text, at)} is too large to be kept.`;
  return refuse({ code: "not-finite", message, remedy: "Write a number up to 1e308." });
}
