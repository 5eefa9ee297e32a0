import { globSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ComponentType, createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { transformWithOxc } from "vite";
import type { Editor } from "../editor/create-editor.ts";
import { EditorContext } from "../editor/use-editor.ts";
import type { Command } from "../keys/command.ts";
import { CommandsContext } from "../keys/use-commands.ts";

// Node runs TypeScript without JSX, so components are compiled here as the build does it. They have to be imported dynamically,
// `await import("./side.tsx")`, by a test that has imported this file.

const root = join(import.meta.dirname, "..");
const compiled = new Map<string, string>();

async function compile(file: string, text: string): Promise<void> {
  const { code } = await transformWithOxc(text, join(root, file));
  compiled.set(pathToFileURL(join(root, file)).href, code);
}

for (const file of globSync("**/*.tsx", { cwd: root })) await compile(file, readFileSync(join(root, file), "utf8"));

/** What components call in place of React's functions for JSX. */
const drawing = pathToFileURL(join(root, "testing", "drawn-buttons.ts")).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "react/jsx-runtime" && compiled.has(context.parentURL ?? "")) return next(drawing, context);
    const url = specifier.startsWith(".") && context.parentURL ? new URL(specifier, context.parentURL).href : specifier;
    return compiled.has(url) ? { url, format: "module", shortCircuit: true } : next(specifier, context);
  },
  load(url, context, next) {
    const source = compiled.get(url);
    return source === undefined ? next(url, context) : { format: "module", source, shortCircuit: true };
  },
});

/** Puts a file into ui/src, or another text in place of one, for this test's imports; on disk nothing changes. */
export async function plant(file: string, text: string | ((now: string) => string)): Promise<void> {
  await compile(file, typeof text === "string" ? text : text(readFileSync(join(root, file), "utf8")));
}

/** What a component draws at first, as HTML. Effects do not run. */
export function html<P extends object>(
  editor: Editor,
  Component: ComponentType<P>,
  props: P,
  commands: readonly Command[] = [],
): string {
  const drawn = createElement(CommandsContext, { value: commands }, createElement(Component, props));
  return renderToStaticMarkup(createElement(EditorContext, { value: editor }, drawn));
}

/** The text in HTML, without tags. */
export function textOf(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** The value of an attribute in each of the elements that have it, in their order. */
export function attributes(markup: string, name: string): string[] {
  return [...markup.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))].map(([, value]) => value!);
}
