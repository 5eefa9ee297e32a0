// Runs in a web worker: graphs of thousands of nodes take seconds, in which the page goes on.
import { arrange } from "./arrange.ts";
import type { Graph } from "./graph.ts";

addEventListener("message", ({ data }: MessageEvent<Graph>) => postMessage(arrange(data)));
