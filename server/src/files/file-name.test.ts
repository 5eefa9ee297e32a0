import assert from "node:assert/strict";
import { test } from "node:test";
import { safeFileName } from "./file-name.ts";

const name = (text: string) => safeFileName(text, "otherwise");

test("letters of any language, digits, spaces, dots, lines and hyphens stay", () => {
  for (const text of ["a cube", "猫 7", "שלום", "v1.2_final-3"]) assert.equal(name(text), text);
  assert.equal(name("cafe\u0301"), "café");
});

test("what separates folders, ends lines or means something to a shell becomes one underscore", () => {
  assert.equal(name("a/b\\c"), "a_b_c");
  assert.equal(name('x<>:"|?*\0\ny'), "x_y");
  assert.equal(name("../../etc/passwd"), "_.._etc_passwd");
});

test("no name is hidden or ends in a dot or a space, and none is empty", () => {
  assert.equal(name(".. .hidden. . "), "hidden");
  for (const text of ["", "...", " . "]) assert.equal(name(text), "otherwise");
});

test("a name has at most 60 characters, and half of none", () => {
  assert.equal(name("x".repeat(100)), "x".repeat(60));
  assert.equal(name(`${"x".repeat(59)}.y`), "x".repeat(59));
  const short = name("𝒳".repeat(100));
  assert.ok(short.isWellFormed() && [...short].length === 60, short);
});

test("names that Windows keeps for devices are changed, with any ending and in any letters", () => {
  for (const text of ["con", "CON", "nul.png", "Com1", "lpt9.x"]) assert.equal(name(text), `_${text}`);
  for (const text of ["console", "com", "com10", "annul"]) assert.equal(name(text), text);
});
