import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Database } from "../data-folder/database.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { includes, scopes } from "./scopes.ts";
import { maxSessions, Sessions, sessionMs } from "./sessions.ts";
import { createToken, digestOf, isTokenName, listTokens, revokeToken, Tokens } from "./tokens.ts";
import { readUses, TokenUses } from "./uses.ts";
import { type Ways, whoAsks } from "./who.ts";

test("[A14] a scope includes those before it", () => {
  const may = scopes.map((has) => scopes.filter((needs) => includes(has, needs)).length);
  assert.deepEqual(may, [1, 2, 3, 4]);
});

test("[A15] a token is long, kept as a hash that only its owner may read, and of one name there is one", (context) => {
  const data = temporaryFolder(context);
  const token = createToken(data, "phone", "view")!;
  assert.match(token, /^cw_[\w-]{43}$/);
  const [file] = readdirSync(join(data, "tokens"));
  const text = readFileSync(join(data, "tokens", file!), "utf8");
  assert.ok(text.includes(digestOf(token)) && !text.includes(token.slice(3)));
  if (process.platform !== "win32") {
    assert.equal(statSync(join(data, "tokens")).mode & 0o777, 0o700);
    assert.equal(statSync(join(data, "tokens", file!)).mode & 0o777, 0o600);
  }
  assert.equal(createToken(data, "phone", "run"), undefined);
  assert.notEqual(createToken(data, "laptop", "run"), token);
  assert.deepEqual(
    listTokens(data).map(({ name, scope }) => [name, scope]),
    [
      ["laptop", "run"],
      ["phone", "view"],
    ],
  );
});

test("a name leads out of no folder", (context) => {
  const data = temporaryFolder(context);
  for (const name of ["", ".", "..", "../token", "a/b", "a\\b", "A", "a.json", "-a", "a".repeat(41), "a\0", "owner"]) {
    assert.equal(isTokenName(name), false, name);
    assert.throws(() => createToken(data, name, "view"));
    assert.equal(revokeToken(data, name), false);
  }
});

test("[A15] a revoked token is known no more from then on, and one that is made is known at once", (context) => {
  const data = temporaryFolder(context);
  const tokens = new Tokens(data);
  const token = createToken(data, "phone", "edit")!;
  assert.equal(tokens.find(digestOf(token))?.scope, "edit");
  assert.equal(tokens.find(token), undefined, "the hash is asked for, not the token");
  assert.equal(revokeToken(data, "phone"), true);
  assert.equal(tokens.find(digestOf(token)), undefined);
  assert.equal(revokeToken(data, "phone"), false);
  const again = createToken(data, "phone", "edit")!;
  assert.equal(tokens.find(digestOf(again))?.scope, "edit");
  const file = join(data, "tokens", "phone.json");
  writeFileSync(file, readFileSync(file, "utf8").replace('"edit"', '"view"'));
  assert.deepEqual([tokens.find(digestOf(token)), tokens.find(digestOf(again))?.scope], [undefined, "view"]);
});

test("[A12] a file that is no token's opens no door", (context) => {
  const data = temporaryFolder(context);
  createToken(data, "whole", "view");
  const good = readFileSync(join(data, "tokens", "whole.json"), "utf8");
  // But for one thing each is as the file of its name has to be.
  const changes: readonly (readonly [RegExp, string])[] = [
    [/"name":"[^"]+"/, '"name":"whole"'],
    [/"view"/, '"root"'],
    [/"hash":"\w+"/, '"hash":""'],
    [/"hash":("\w+")/, '"hash":[$1]'],
    [/"created":\d+/, '"created":1e300'],
    [/"created":(\d+)/, '"created":"$1"'],
    [/"limits":\{\}/, '"limits":7'],
    [/^/, "["],
    [/.*/s, ""],
    [/.*/s, "null"],
  ];
  for (const [i, [pattern, put]] of changes.entries()) {
    const own = good.replace("whole", `wrong-${i}`);
    writeFileSync(join(data, "tokens", `wrong-${i}.json`), own);
    assert.equal(listTokens(data).length, 2);
    writeFileSync(join(data, "tokens", `wrong-${i}.json`), own.replace(pattern, put));
    assert.equal(listTokens(data).length, 1, `${pattern}`);
  }
  assert.deepEqual(
    listTokens(data).map(({ name }) => name),
    ["whole"],
  );
  assert.equal(createToken(data, "wrong-0", "view"), undefined);
  assert.equal(revokeToken(data, "wrong-0"), true, "what a full disk left of one keeps its name from nobody");
  assert.ok(createToken(data, "wrong-0", "view"));
});

test("[A16] a session lasts as long as it is used, ends without use, and with its token", (context) => {
  const data = temporaryFolder(context);
  const database = new Database(data);
  context.after(() => database.close());
  let now = 1;
  const sessions = new Sessions(database, () => now);
  const named = new Tokens(data);
  const token = createToken(data, "phone", "view")!;
  const ways: Ways = { token: "x".repeat(64), named, sessions };
  const session = sessions.begin(digestOf(token));
  const who = (cookie: string) => whoAsks({ headers: { cookie: `clipwork=${cookie}` } }, ways)?.name;
  assert.ok(!JSON.stringify(database.sql.prepare("SELECT * FROM sessions").all()).includes(session), "kept as a hash");
  for (let i = 0; i < 3; i++) {
    now += sessionMs - 1;
    assert.equal(who(session), "phone");
  }
  const other = sessions.begin(digestOf(token));
  now += sessionMs + 1;
  assert.deepEqual([who(session), who(other)], [undefined, undefined]);
  const last = sessions.begin(digestOf(token));
  assert.equal(who(last), "phone");
  revokeToken(data, "phone");
  assert.equal(who(last), undefined);
  assert.equal(who("x".repeat(64)), "owner", "a cookie of the time before sessions");
  for (const nothing of ["", "undefined", digestOf(token), digestOf(last)])
    assert.equal(who(nothing), undefined, nothing);
});

test("[A16] a token has so many sessions: one more ends the one that was used longest ago", (context) => {
  const database = new Database(temporaryFolder(context));
  context.after(() => database.close());
  let now = 1;
  const sessions = new Sessions(database, () => now++);
  const [first, second] = [sessions.begin("phone"), sessions.begin("phone")];
  const other = sessions.begin("laptop");
  for (let i = 2; i < maxSessions + 1; i++) sessions.begin("phone");
  assert.deepEqual(
    [first, second, other].map((one) => sessions.tokenOf(one)),
    [undefined, "phone", "laptop"],
  );
  assert.equal(database.sql.prepare("SELECT count(*) AS n FROM sessions").get()!.n, maxSessions + 1);
});

test("[A18] limits are kept with the token; a file with one that is not known here opens no door", (context) => {
  const data = temporaryFolder(context);
  const tokens = new Tokens(data);
  const limits = { runsPerHour: 60, queued: 0 };
  const token = createToken(data, "phone", "run", limits)!;
  assert.deepEqual(tokens.find(digestOf(token))?.limits, limits);
  const path = join(data, "tokens", "phone.json");
  const text = readFileSync(path, "utf8");
  for (const [good, wrong] of [
    ["runsPerHour", "runsPerDay"],
    ['"runsPerHour":60', '"runsPerHour":-1'],
    ['"runsPerHour":60', '"runsPerHour":"60"'],
    ['"runsPerHour":60', '"runsPerHour":1e999'],
    [JSON.stringify(limits), "null"],
  ] as const) {
    assert.ok(text.includes(good));
    writeFileSync(path, text.replace(good, wrong));
    assert.deepEqual(listTokens(data), [], wrong);
  }
  // As a token of a version before limits has none.
  writeFileSync(path, text.replace(`,"limits":${JSON.stringify(limits)}`, ""));
  assert.deepEqual(
    listTokens(data).map((one) => one.limits),
    [{}],
  );
});

test("[A19] of many who make the same token at once one gets it, and nobody ever reads half of one", async (context) => {
  const data = temporaryFolder(context);
  const program = `
    const { tokenOf } = await import(process.argv[1]);
    const { createToken, listTokens } = await import(process.argv[2]);
    await new Promise((resolve) => process.once("message", resolve));
    const [own, made] = [tokenOf(process.argv[3]), createToken(process.argv[3], "phone", "view")];
    process.send({ own, made, listed: listTokens(process.argv[3]).length });
    process.disconnect();
  `;
  const modules = ["access.ts", "tokens.ts"].map((name) => join(import.meta.dirname, name));
  const started = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", program, ...modules, data], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
      context.after(() => child.kill("SIGKILL"));
      await once(child, "spawn");
      return child;
    }),
  );
  const replies = started.map((child) => once(child, "message").then(([said]) => said));
  for (const child of started) child.send("go");
  const said = await Promise.all(replies);
  assert.equal(new Set(said.map(({ own }) => own)).size, 1, "all have one token of the server");
  assert.equal(said.filter(({ made }) => made !== undefined).length, 1);
  assert.deepEqual(
    said.map(({ listed }) => listed),
    [1, 1, 1, 1],
    "whoever was too late finds a whole one",
  );
  assert.deepEqual(readdirSync(join(data, "tokens")), ["phone.json"]);
});

test("[A20] the last use of a token is known, while the server runs and after it", async (context) => {
  const data = temporaryFolder(context);
  let now = 5_000_000;
  const uses = new TokenUses(data, assert.ifError, () => now);
  const used = () => readUses(data).get("phone");
  assert.equal(used(), undefined);
  uses.saw("phone");
  assert.equal(used(), now);
  now += 59_000;
  uses.saw("phone");
  assert.equal(used(), now - 59_000, "written down once a minute");
  now += 1000;
  uses.saw("phone");
  assert.equal(used(), now);
  now += 10;
  uses.saw("phone");
  uses.saw("gone");
  await uses.close(new Set(["phone"]));
  assert.deepEqual([...readUses(data)], [["phone", now]]);
  for (const text of ["", "[", "null", '{"phone":"x"}', '{"phone":1e300}']) {
    writeFileSync(join(data, "token-uses.json"), text);
    assert.deepEqual([...readUses(data)], [], text);
  }
});
