import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { collect, providerOption } from "./options.ts";

test("an option that may be repeated keeps all its values in order", () => {
  const command = new Command().option("--set <value>", "set", collect, []);
  command.parse(["--set", "a=1", "--set", "b=2"], { from: "user" });
  assert.deepEqual(command.opts(), { set: ["a=1", "b=2"] });
});

test("a provider is one that there is, or none is chosen", () => {
  const parse = (...args: string[]) =>
    new Command()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .addOption(providerOption())
      .parse(args, { from: "user" })
      .opts();
  assert.deepEqual([parse(), parse("--provider", "auto")], [{}, { provider: "auto" }]);
  assert.throws(() => parse("--provider", "tpu"), /Allowed choices are cpu, webgpu, cuda, auto/);
});
