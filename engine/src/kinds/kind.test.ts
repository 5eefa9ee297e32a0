import assert from "node:assert/strict";
import { test } from "node:test";
import { boolean, defineKind, integer, number, text, variable } from "./kind.ts";

test("[Y1] a kind has a name of small letters, digits and hyphens, and the noun is that name with spaces", () => {
  const film = defineKind<string>({ kind: "film-roll", check: () => undefined });
  assert.equal(film.noun, "film roll");
  for (const kind of ["", "Film", "film roll", "-film", "1film", "__proto__", "a".repeat(65)])
    assert.throws(() => defineKind({ kind, check: () => undefined }), /cannot be a kind/, kind);
});

test("[Y4] a kind that says nothing of its own is shown as data and written as JSON", async () => {
  const film = defineKind({ kind: "film", check: () => undefined });
  const value = {
    frames: new Float32Array([0.5, Number.NaN]),
    bytes: new Uint8Array([1, 255]),
    title: "é",
    more: [null],
  };
  assert.deepEqual(await film.view(value, { source: async () => undefined }), { kind: "data", data: value });
  const [file, ...others] = await film.publish(value);
  assert.equal(others.length, 0);
  assert.deepEqual([file!.ending, file!.media], [".json", "application/json"]);
  const written = new TextDecoder().decode(file!.bytes);
  assert.equal(written, '{"frames":[0.5,null],"bytes":[1,255],"title":"é","more":[null]}\n');
});

test("[Y4] text is shown and written as it stands", async () => {
  assert.deepEqual(await text.view("a\nb", { source: async () => undefined }), { kind: "text", text: "a\nb" });
  const [file] = await text.publish("é\n");
  assert.equal(new TextDecoder().decode(file!.bytes), "é\n");
  assert.equal(file!.ending, ".txt");
});

test("[Y2] a kind's check says what is wrong with a value", () => {
  const cases = [
    [text, "a", [1, null, undefined, ["a"]], /is not text/],
    [number, 1.5, [Number.NaN, Number.POSITIVE_INFINITY, "1", 1n, null], /is not a finite number/],
    [integer, -3, [3.5, 2 ** 53, "3", Number.NaN], /is not a whole number/],
    [boolean, false, [0, "true", undefined], /is neither true nor false/],
    [variable, null, [undefined], /is missing/],
  ] as const;
  for (const [kind, right, wrongs, sentence] of cases) {
    assert.equal(kind.check(right), undefined, kind.kind);
    for (const wrong of wrongs) assert.match(kind.check(wrong) ?? "", sentence, `${kind.kind}: ${String(wrong)}`);
  }
});
