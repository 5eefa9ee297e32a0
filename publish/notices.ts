// The notices and licences that go with a tarball.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where NOTICE begins to tell of the built editor, which one tarball alone has. */
const editorBegins = "The built editor (";
/** A list of packages in it, up to the colon. */
const listed = /^- ([^:]+): (.+(?:\n {2}.+)*)/gm;

/** NOTICE for a package that holds no code of others. */
export function ownNotice(notice: string): string {
  const [head] = notice.split("\n\nEverything in this repository");
  if (head === notice)
    throw new Error('NOTICE: the paragraph that begins with "Everything in this repository" is gone.');
  return `${head}\n`;
}

/** The packages whose code is in the built editor, as NOTICE lists them, each with what is said of its licence. */
export function packagesInEditor(notice: string): readonly { readonly name: string; readonly says: string }[] {
  const start = notice.indexOf(editorBegins);
  if (start < 0) throw new Error(`NOTICE: the paragraph that begins with "${editorBegins}" is gone.`);
  return [...notice.slice(start).matchAll(listed)].flatMap(([, names, says]) =>
    names!
      .replace(/ \(package (\S+)\)/, " = $1")
      .split(/,\s*/)
      .map((name) => ({ name: name.split(" = ").at(-1)!.trim(), says: says!.replace(/\s+/g, " ") })),
  );
}

/**
 * The texts of the licences of all code in the built editor, as the packages bring them. Of a package that brings none the MIT License's
 * own text stands, under the notice in NOTICE; any other licence without a text is an error.
 */
export function editorLicences(root: string): string {
  const notice = readFileSync(join(root, "NOTICE"), "utf8");
  const parts = packagesInEditor(notice).map(({ name, says }) => {
    const [file] = globSync(`node_modules/.pnpm/*/node_modules/${name}/{LICENSE,LICENCE,license}*`, {
      cwd: root,
    }).sort();
    if (file === undefined && !says.startsWith("MIT License"))
      throw new Error(`${name} brings no text of its licence (${says}): add it, or take the package out of NOTICE.`);
    return `${name}\n${says}\n\n${file === undefined ? mit : readFileSync(join(root, file), "utf8").trim()}\n`;
  });
  return ["Licences of the code of others in ui/dist\n", ...parts].join(`\n${"-".repeat(80)}\n\n`);
}

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
