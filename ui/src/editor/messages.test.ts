import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerError } from "../server/server-error.ts";
import { FakeClock } from "../testing/fake-ports.ts";
import { createMessages } from "./messages.ts";

function messages() {
  const clock = new FakeClock();
  const { say, fail, dismiss, settle, get } = createMessages(clock);
  return { clock, say, fail, dismiss, settle, texts: () => get().map(({ text }) => text), get };
}

test("a message goes away by itself after 6 seconds, an error after 12", () => {
  const { clock, say, texts } = messages();
  say("Saved.");
  say("It failed.", { tone: "error" });
  clock.pass(5_999);
  assert.deepEqual(texts(), ["Saved.", "It failed."]);
  clock.pass(1);
  assert.deepEqual(texts(), ["It failed."]);
  clock.pass(6_000);
  assert.deepEqual(texts(), []);
});

test("at most three messages stand at once, the newest ones", () => {
  const { say, texts } = messages();
  for (const text of ["a", "b", "c", "d"]) say(text);
  assert.deepEqual(texts(), ["b", "c", "d"]);
});

test("what is said again stands once, and stays as long as the second time asks for", () => {
  const { clock, say, texts } = messages();
  say("a");
  clock.pass(4_000);
  say("a");
  assert.deepEqual(texts(), ["a"]);
  clock.pass(2_000);
  assert.deepEqual(texts(), ["a"], "the first one's time takes nothing away from the second");
  clock.pass(4_000);
  assert.deepEqual(texts(), []);
});

test("a message is dismissed by its number", () => {
  const { say, dismiss, get, texts } = messages();
  say("a");
  say("b");
  dismiss(get()[0]!.id);
  assert.deepEqual(texts(), ["b"]);
});

test("a refusal is said with what to do: the first problem's words if there are problems", () => {
  const { fail, get } = messages();
  fail(new ServerError({ status: 500, detail: "It broke.", remedy: "Try again." }));
  const problem = { code: "x", severity: "error", message: "Too large.", remedy: "Make it smaller." } as const;
  fail(new ServerError({ status: 422, detail: "It cannot run.", remedy: "", problems: [problem as never] }));
  assert.deepEqual(
    get().map(({ tone, text, more }) => [tone, text, more]),
    [
      ["error", "It broke.", "Try again."],
      ["error", "Too large.", "Make it smaller."],
    ],
  );
});

test("a bug is not said but thrown on", () => {
  const { fail, texts } = messages();
  assert.throws(() => fail(new TypeError("x is not a function")), TypeError);
  assert.deepEqual(texts(), []);
});

test("what was said about something goes when that has succeeded", () => {
  const { say, fail, settle, texts, get } = messages();
  say("Saved.");
  fail(new ServerError({ status: 503, detail: "Busy.", remedy: "Wait." }), "run");
  say("It does not fit.", { tone: "error", about: "link" });
  settle("run");
  assert.deepEqual(texts(), ["Saved.", "It does not fit."]);
  const before = get();
  settle("run");
  assert.equal(get(), before);
});
