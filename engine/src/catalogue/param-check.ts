import { isKept } from "../document/whole-number.ts";
import { listNames, show, suggest } from "../document/wording.ts";
import type { Param, ParamValue } from "./param.ts";
import { maxSeed } from "./param.ts";

/** What is wrong with a value: `message` continues a sentence that begins with the parameter's name. */
export type Complaint = { readonly code: string; readonly message: string; readonly remedy: string };

/** What is wrong with a value for a parameter, or undefined if it can be used. Nothing is converted. */
export function checkParam(param: Param, value: unknown): Complaint | undefined {
  if (value === null && param.default === null) return undefined;
  switch (param.kind) {
    case "integer":
      return checkNumber(value, param.min, param.max, true);
    case "seed":
      return checkNumber(value, 0, maxSeed, true);
    case "number":
      return checkNumber(value, param.min, param.max, false);
    case "boolean":
      if (typeof value === "boolean") return undefined;
      return { code: "wrong-kind", message: `is ${show(value)}, but must be true or false`, remedy: bare(value) };
    case "choice":
      return checkChoice(param.choices, value);
    default:
      return checkText(value, param.kind === "text" ? param.maxLength : 4096);
  }
}

function checkNumber(value: unknown, min: number, max: number, whole: boolean): Complaint | undefined {
  const noun = whole ? "a whole number" : "a number";
  const remedy = `Give ${noun} from ${min} to ${max}.`;
  if (typeof value === "string" && whole && !isKept(value.trim())) {
    const [end, limit] = value.trim().startsWith("-") ? ["least", min] : ["most", max];
    return { code: "out-of-range", message: `is ${unquoted(value)}, but the ${end} allowed is ${limit}`, remedy };
  }
  if (typeof value !== "number") {
    const message = `is ${typeof value === "string" ? "the text " : ""}${show(value)}, but must be ${noun}`;
    return { code: "wrong-kind", message, remedy: typeof value === "string" ? numeralRemedy(value, whole) : remedy };
  }
  if (!Number.isFinite(value)) return { code: "not-finite", message: `is ${value}, but must be finite`, remedy };
  if (whole && !Number.isInteger(value))
    return { code: "not-an-integer", message: `is ${value}, but must be a whole number`, remedy };
  if (value < min) return { code: "out-of-range", message: `is ${value}, but the least allowed is ${min}`, remedy };
  if (value > max) return { code: "out-of-range", message: `is ${value}, but the most allowed is ${max}`, remedy };
  return undefined;
}

function bare(value: unknown): string {
  const plain = typeof value === "string" && (numeral.test(value.trim()) || value === "true" || value === "false");
  return plain ? `Write ${value.trim()} without quotation marks.` : "Give a value of the right kind.";
}

const unquoted = (value: string) => show(value.trim()).replaceAll('"', "");

/** What to do about a text in place of a number. */
function numeralRemedy(value: string, whole: boolean): string {
  const text = value.trim();
  const [, before, after] = /^([+-]?\d*),(\d+)$/.exec(text) ?? [];
  if (before === undefined || after === undefined || text.length > 40) return bare(value);
  const point = `Write ${before}.${after}, with a point in place of the comma.`;
  if (after.length !== 3) return whole ? "Give a whole number, without a comma." : point;
  return whole
    ? `Write ${before}${after}, without the comma.`
    : `Write ${before}${after}, or ${before}.${after} with a point.`;
}

function checkChoice(choices: readonly string[], value: unknown): Complaint | undefined {
  if (typeof value === "string" && choices.includes(value)) return undefined;
  return {
    code: "bad-choice",
    message: `is ${show(value)}, but must be one of ${listNames(choices)}`,
    remedy: suggest(typeof value === "string" ? value : "", choices, "choice"),
  };
}

function checkText(value: unknown, maxLength: number): Complaint | undefined {
  if (typeof value !== "string")
    return { code: "wrong-kind", message: `is ${show(value)}, but must be text`, remedy: "Put it in quotation marks." };
  if (value.length > maxLength)
    return {
      code: "text-too-long",
      message: `is text of ${value.length} characters, but at most ${maxLength} are allowed`,
      remedy: "Shorten it.",
    };
  if (!value.isWellFormed())
    return {
      code: "not-unicode",
      message: "is text with half a character (a lone surrogate)",
      remedy: "Type it again.",
    };
  return undefined;
}

const numeral = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** A parameter's value from the text of a command line, checked only for its kind; text that does not fit stays text. */
export function parseParam(param: Param, text: string): ParamValue {
  switch (param.kind) {
    case "integer":
    case "seed":
      // One that would become another number stays as it was written, so that it is named so.
      return numeral.test(text.trim()) && isKept(text.trim()) ? Number(text) : text;
    case "number":
      return numeral.test(text.trim()) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    default:
      return text;
  }
}
