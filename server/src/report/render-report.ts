import { type Markup, markup } from "./markup.ts";
import type { Report, ReportNode, ReportOutput } from "./report.ts";
import { style } from "./style.ts";

/** Nodes that are listed; a report is for people. */
const mostNodes = 1_000;
/** Fingerprints of one node that are listed. */
const mostKeys = 8;
/** Signs of the workflow that are shown: a large one is in the pictures and in its own file. */
const mostWorkflow = 512 * 1024;

/**
 * A report as one HTML file. It has no script, asks nobody for anything, and everything in it that people wrote is escaped; its own
 * policy forbids what a fault might let in.
 */
export function renderReport(report: Report): string {
  const { title, description, run, state, started, ms, executed, cached, notices } = report;
  const when = started === undefined ? "" : `${new Date(started).toISOString().replace("T", " ").slice(0, 19)} UTC`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>${title}: run report</title>
<style>${styleSheet}</style>
</head>
<body>
<h1 dir="auto">${title}</h1>
${description === undefined ? undefined : markup`<p class="muted" dir="auto">${description}</p>`}
<p>${endWords[state]}${ms === undefined ? "" : ` in ${seconds(ms)}`}: ${count(executed)} computed, ${cached} kept. ${when}</p>
<p><small>Run ${run}</small></p>
${notices.map((notice) => markup`<p class="muted" dir="auto">${notice}</p>\n`)}
${pictures(report.outputs)}
${table(
  "Settings",
  ["name", "value"],
  report.settings.map(([name, value]) => [name, shownValue(value)]),
)}
${timings(report)}
${explained(report.nodes)}
${parameters(report.nodes)}
${made(report)}
${workflow(report)}
</body>
</html>
`;
  return page.text;
}

/** As markup: its own text, which nobody else wrote. */
const styleSheet = markup([style] as unknown as TemplateStringsArray);

const endWords: { readonly [state in Report["state"]]: string } = {
  queued: "Waiting",
  running: "Running",
  finished: "Finished",
  failed: "Failed",
  cancelled: "Cancelled",
};

function pictures(outputs: readonly ReportOutput[]): Markup | undefined {
  if (outputs.length === 0) return undefined;
  return markup`<section class="pictures">${outputs.map(figure)}
</section>`;
}

function figure({ name, item, files, picture }: ReportOutput): Markup {
  const list = files.map(({ ending, bytes }) => `${name}${ending}${bytes === undefined ? "" : ` (${size(bytes)})`}`);
  const shown =
    picture &&
    markup`<img src="${picture.src}" width="${picture.width}" height="${picture.height}" alt="${name}, item ${item + 1}">`;
  const note = picture
    ? picture.smaller && markup` <span class="muted">A smaller copy, ${picture.width} × ${picture.height}.</span>`
    : files.some(({ ending }) => ending === ".png") && markup` <span class="muted">Too large for this report.</span>`;
  return markup`
<figure>${shown}<figcaption dir="auto">${list.join(", ")}${note || undefined}</figcaption></figure>`;
}

function timings({ nodes, ms }: Report): Markup | undefined {
  const ran = listed(nodes.filter(({ took }) => took !== undefined));
  const all = Math.max(1, ms ?? 0, ...ran.map(({ begun = 0, took = 0 }) => begun + took));
  return table(
    "Timings",
    ["node", "items", "time", ""],
    ran.map((node) => {
      const { begun = 0, took = 0, items } = node;
      const share = (part: number) => `${((100 * part) / all).toFixed(2)}%`;
      const bar = markup`<div class="time"><i style="left:${share(begun)};width:${share(took)}"></i></div>`;
      return [named(node), items, seconds(took), bar];
    }),
  );
}

function explained(nodes: readonly ReportNode[]): Markup | undefined {
  return table(
    "What was computed, and why",
    ["node", "state", "why", "fingerprints"],
    listed(nodes).map((node) => {
      const { state, why, fingerprints, said } = node;
      const more = fingerprints.length > mostKeys ? ` and ${fingerprints.length - mostKeys} more` : "";
      const keys = fingerprints
        .slice(0, mostKeys)
        .map((key) => markup`<code title="${key}">${key.slice(0, 16)}</code> `);
      const bad = state === "failed" || state === "skipped";
      return [
        named(node),
        bad ? markup`<span class="bad">${state}</span>` : state,
        markup`<span dir="auto">${[why, ...said].join(" ")}</span>`,
        markup`${keys}${more}`,
      ];
    }),
    nodes.length > mostNodes ? `And ${nodes.length - mostNodes} more nodes.` : undefined,
  );
}

function parameters(nodes: readonly ReportNode[]): Markup | undefined {
  return table(
    "Parameters",
    ["node", "parameter", "value"],
    listed(nodes).flatMap((node) =>
      node.parameters.map(([name, value], i) => [i === 0 ? named(node) : "", name, shownValue(value)] as const),
    ),
  );
}

/** What it was made with: versions, what it ran on, digests of the networks and of the values. */
function made({ madeWith }: Report): Markup | undefined {
  if (!madeWith) return undefined;
  const { versions, numerics, stages, nodePacks, values } = madeWith;
  return markup`
${table("Made with", ["what", "version"], [...Object.entries(versions), ["runs on", numerics] as const, ...nodePacks.map((pack) => ["node pack", pack] as const)])}
${table(
  "Networks",
  ["stage", "SHA-256"],
  Object.entries(stages).map(([stage, digest]) => [stage, markup`<code>${digest}</code>`]),
)}
${table(
  "Values",
  ["node", "item", "SHA-256 begins with"],
  values.slice(0, mostNodes).map(([node, item, digest]) => [node, item + 1, markup`<code>${digest}</code>`]),
  values.length > mostNodes ? `And ${values.length - mostNodes} more values.` : undefined,
)}`;
}

function workflow({ workflow }: Report): Markup {
  const text = JSON.stringify(workflow, null, 2);
  if (text.length > mostWorkflow)
    return markup`<p class="muted">The workflow is too large for this report; the pictures carry it.</p>`;
  return markup`<h2>Workflow</h2>
<details><summary>The file that runs it again</summary><pre>${text}</pre></details>`;
}

type Cell = string | number | Markup;

function table(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  after?: string,
): Markup | undefined {
  if (rows.length === 0) return undefined;
  return markup`<section><h2>${title}</h2><div class="scroll"><table>
<thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => markup`<tr>${cells.map((cell, i) => markup`<td data-head="${heads[i] ?? ""}">${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>${after === undefined ? undefined : markup`<p class="muted">${after}</p>`}</section>`;
}

function named({ id, title }: ReportNode): Markup {
  return markup`${title} <small>${id}</small>`;
}

function listed<T>(nodes: readonly T[]): readonly T[] {
  return nodes.slice(0, mostNodes);
}

function shownValue(value: unknown): Markup {
  return markup`<span dir="auto">${typeof value === "string" ? value : value === null ? "not set" : (JSON.stringify(value) ?? "")}</span>`;
}

function count(nodes: number): string {
  return `${nodes} ${nodes === 1 ? "node" : "nodes"}`;
}

function seconds(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9_950 ? 2 : 1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
