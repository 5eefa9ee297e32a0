import { globSync } from "node:fs";
import { join } from "node:path";
import type { Fault, FaultyPackage } from "./fault.ts";

const root = join(import.meta.dirname, "..", "..");

/** The test files that try a fault, as paths from the project's root, the likely ones first. Throws if one is not there. */
export function testFiles({ name, last, left }: FaultyPackage, { tests }: Fault): string[] {
  const own = globSync(`${name}/src/**/*.test.ts`, { cwd: root }).sort();
  const named = (test: string) => {
    const among = test.startsWith("test/") ? globSync(`${test}.test.ts`, { cwd: root }) : own;
    const [found, second] = among.filter((file) => `/${file}`.endsWith(`/${test}.test.ts`));
    if (found === undefined || second !== undefined)
      throw new Error(`${name}: there is no test file "${test}", or more than one`);
    return found;
  };
  const first = tests.map(named);
  const late = last.map(named);
  const never = left.map(named);
  const rest = own.filter((file) => ![...first, ...late, ...never].includes(file));
  return [...first, ...rest, ...late.filter((file) => !first.includes(file))];
}
