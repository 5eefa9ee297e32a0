import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { readConfiguration } from "./configuration.ts";

test("without a file all is as by default", async (context) => {
  const { configuration, problems } = await readConfiguration(join(temporaryFolder(context), "none"), {});
  assert.deepEqual([configuration, problems], [{ nodePacks: [], provider: "cpu" }, []]);
});

test("paths are meant from the data folder, names as npm packages installed there, CLIPWORK_NODES from here", async (context) => {
  const data = temporaryFolder(context);
  const nodePacks = ["./mine", join(data, "mine"), "../ours", "clipwork-nodes-film", "@studio/film"];
  writeFileSync(join(data, "config.json"), JSON.stringify({ nodePacks, provider: "auto" }));
  const environment = { CLIPWORK_NODES: ["tried", join(data, "mine")].join(delimiter) };
  const { configuration } = await readConfiguration(data, environment);
  assert.deepEqual(configuration, {
    nodePacks: [
      resolve("tried"),
      join(data, "mine"),
      resolve(data, "..", "ours"),
      join(data, "node_modules", "clipwork-nodes-film"),
      join(data, "node_modules", "@studio", "film"),
    ],
    provider: "auto",
  });
});

test("limits are as the file says", async (context) => {
  const data = temporaryFolder(context);
  writeFileSync(
    join(data, "config.json"),
    '{ "nodeSeconds": 0.5, "keepRuns": 20, "keepBytes": 1000, "runsAtOnce": 8 }',
  );
  const { configuration } = await readConfiguration(data, {});
  const limits = { nodeSeconds: 0.5, keepRuns: 20, keepBytes: 1000, runsAtOnce: 8 };
  assert.deepEqual(configuration, { nodePacks: [], provider: "cpu", ...limits });
});

test("hosts of a hub's files are names, perhaps with a port, or all below one", async (context) => {
  const data = temporaryFolder(context);
  const hubHosts = ["cdn.example.org", ".example.net", "localhost:8080"];
  writeFileSync(join(data, "config.json"), JSON.stringify({ hubHosts }));
  assert.deepEqual((await readConfiguration(data, {})).configuration?.hubHosts, hubHosts);
});

test("a wrong file is one problem that names it, what is wrong and the way out", async (context) => {
  const data = temporaryFolder(context);
  const expected = {
    "{": /is not JSON: \S/,
    "[]": /is not an object/,
    null: /is not an object/,
    '{ "nodepacks": [] }': /no setting "nodepacks"/,
    '{ "__proto__": 1 }': /no setting "__proto__"/,
    '{ "nodePacks": "./mine" }': /"nodePacks" has to be a list of texts/,
    '{ "nodePacks": [""] }': /"nodePacks" has to be a list of texts/,
    '{ "nodePacks": [7] }': /"nodePacks" has to be a list of texts/,
    '{ "provider": "vulkan" }': /"provider" cannot be "vulkan"/,
    '{ "nodeSeconds": 0 }': /"nodeSeconds" has to be a number above 0/,
    '{ "nodeSeconds": "600" }': /"nodeSeconds" has to be a number above 0/,
    '{ "webhooks": [{}] }': /"webhooks" entry 1 needs a "url"/,
    '{ "logLevel": "loud" }': /"logLevel" cannot be "loud"/,
    '{ "keepRuns": 0 }': /"keepRuns" has to be a whole number above 0/,
    '{ "runsAtOnce": 65 }': /"runsAtOnce" has to be a whole number from 1 to 64/,
    '{ "keepRuns": 1.5 }': /"keepRuns" has to be a whole number above 0/,
    '{ "keepBytes": "1 GB" }': /"keepBytes" has to be a whole number above 0/,
    '{ "hubHosts": "cdn.example.org" }': /"hubHosts" has to be a list of names of hosts/,
    '{ "hubHosts": ["https://cdn.example.org/"] }': /"hubHosts" has to be a list of names of hosts/,
    '{ "hubHosts": ["*.example.org"] }': /"hubHosts" has to be a list of names of hosts/,
  };
  for (const [text, reason] of Object.entries(expected)) {
    writeFileSync(join(data, "config.json"), text);
    const { configuration, problems } = await readConfiguration(data, {});
    assert.equal(configuration, undefined, text);
    assert.match(problems[0]!.message, reason);
    assert.ok(problems[0]!.message.startsWith(join(data, "config.json")) && problems[0]!.remedy);
  }
});

test("a file that cannot be read is a problem", async (context) => {
  const data = temporaryFolder(context);
  mkdirSync(join(data, "config.json"));
  assert.match((await readConfiguration(data, {})).problems[0]!.message, /cannot be read: EISDIR/);
});
