import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { documentOf, type Editor, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

test("a parameter is exposed beside its name, then named, described and ordered; undo takes it all back", async () => {
  const { page, faults } = await editor.visit();
  await page.locator('.node[data-id="prior"] .node-header').click();
  await page.getByRole("button", { name: "Expose steps", exact: true }).click();
  await page.locator(".canvas-area").click({ position: { x: 6, y: 6 } });
  await page.locator("#setting\\:steps").waitFor();

  await page.getByRole("button", { name: "Arrange what is exposed" }).click();
  const name = page.getByRole("textbox", { name: "Name of steps" });
  await name.fill("seed");
  await page.getByRole("alert").filter({ hasText: "name of another" }).waitFor();
  await name.fill("prior steps");
  await name.press("Enter");
  await page.getByRole("textbox", { name: "Description of prior steps" }).fill("More steps take longer.");
  await page.getByRole("button", { name: "Move prior steps up" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  const made = await documentOf(page, ({ exposed }) => Object.keys(exposed ?? {}).indexOf("prior steps") === 2);
  assert.deepEqual(Object.keys(made.exposed!), ["prompt", "seed", "prior steps", "detailSeed"]);
  assert.equal(made.exposed!["prior steps"], "prior.steps");
  assert.deepEqual(made.meta!.exposed, { "prior steps": "More steps take longer." });
  const field = page.locator('[data-field="prior steps"]');
  await field.getByText("More steps take longer.").waitFor();

  // Move, description, name, expose: each is one step.
  for (let i = 0; i < 4; i++) await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).click();
  assert.ok(await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).isDisabled());
  await page.locator('[data-field="prior steps"]').waitFor({ state: "detached" });
  await page.locator('[data-field="steps"]').waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
});

test("what would run now is copied as a command line, for curl and as a program", async () => {
  const { page, context, faults } = await editor.visit();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator("#setting\\:prompt").fill("it's a red cube");
  const copied = async (button: string, begins: RegExp) => {
    await page.getByRole("button", { name: button }).click();
    await page.waitForFunction(
      (source) => navigator.clipboard.readText().then((text) => RegExp(source).test(text)),
      begins.source,
    );
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const line = await copied("Copy as command line", /^npm start/);
  assert.match(
    line,
    /^npm start -- run workflows\/text-to-image\.json --set prompt='it'\\''s a red cube' --set seed=7/,
  );
  assert.match(
    await copied("Copy as curl", /^curl /),
    new RegExp(`^curl -fsS ${new URL(editor.url).origin}/api/v1/runs `),
  );
  assert.match(await copied("Copy as TypeScript", /^import /), /"prompt": "it's a red cube"/);
  assert.deepEqual(faults, []);
});

test("Ctrl+Z in a field that keeps what is typed takes back the typing, and the workflow stays as it is", async () => {
  const { page, faults } = await editor.visit();
  await page.locator('.node[data-id="prior"] .node-header').click();
  await page.getByRole("button", { name: "Expose steps", exact: true }).click();
  await page.locator(".canvas-area").click({ position: { x: 6, y: 6 } });
  await page.locator("#setting\\:steps").waitFor();
  const takesBack = async (label: RegExp) => {
    const field = page.getByRole("textbox", { name: label });
    await field.focus();
    const was = await field.inputValue();
    await page.keyboard.press("End");
    await page.keyboard.type("more");
    assert.equal(await field.inputValue(), `${was}more`);
    await page.keyboard.press("Control+z");
    assert.equal(await field.inputValue(), was);
    await page.keyboard.press("Control+Shift+z");
    assert.equal(await field.inputValue(), `${was}more`);
    await page.keyboard.press("Escape");
    assert.ok(await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).isEnabled(), String(label));
  };
  await page.getByRole("button", { name: "Arrange what is exposed" }).click();
  await takesBack(/^Name of steps$/);
  await page.getByRole("button", { name: "Done" }).click();
  await page.locator("#setting\\:steps").waitFor();

  await page.locator('.node[data-id="prior"] .node-header').click();
  await page.keyboard.press("F2");
  await takesBack(/^Title of (?!the)/);

  await page.keyboard.press("Control+o");
  await page.getByRole("searchbox", { name: "Search documents" }).fill("cone");
  await page.keyboard.press("Control+z");
  assert.equal(await page.getByRole("searchbox", { name: "Search documents" }).inputValue(), "");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator(".canvas-area").click({ position: { x: 6, y: 6 } });
  await page.locator("#setting\\:steps").waitFor();

  // A parameter's field writes into the workflow as one types: there the workflow's undo takes it back, in the field too.
  const steps = page.locator("#setting\\:steps");
  const was = await steps.inputValue();
  await steps.fill("77");
  await page.keyboard.press("Control+z");
  assert.equal(await steps.inputValue(), was);
  assert.deepEqual(faults, []);
});
