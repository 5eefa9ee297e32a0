import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import "../testing/render.ts";

const { default: NoteText } = await import("./note-text.tsx");
const drawn = (text: string) => renderToStaticMarkup(createElement(NoteText as never, { text } as never));

test("headings, bold, italic, code and lists are drawn", () => {
  assert.equal(
    drawn("# Why\n**bold** *lean* `x < 1`"),
    '<p class="note-heading" data-level="1">Why</p><p><strong>bold</strong> <em>lean</em> <code>x &lt; 1</code></p>',
  );
  assert.equal(drawn("- a\n  - b\n- c"), "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>");
  assert.equal(drawn("3. a\n4. b"), '<ol start="3"><li>a</li><li>b</li></ol>');
  assert.equal(drawn("```\n<b>\n```"), "<pre>&lt;b&gt;</pre>");
});

test("a link is words with its address, and leads nowhere; a picture is not loaded", () => {
  assert.equal(drawn("[paper](https://a.example)"), '<p>paper <span class="note-link">(https://a.example)</span></p>');
  assert.equal(drawn("https://a.example"), '<p><span class="note-link">https://a.example</span></p>');
  assert.equal(drawn("![cat](https://a.example/cat.png)"), "<p>![cat](https://a.example/cat.png)</p>");
});

test("HTML is text", () => {
  assert.equal(drawn("a <b onclick=x>c</b>"), "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>");
  assert.equal(drawn("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
});

const elements = new Set("p strong em code pre ul ol li blockquote hr br span".split(" "));

test("whatever is written, there are no elements but those of text, and no attribute that does anything", () => {
  const bit = fc.constantFrom(
    "*",
    "_",
    "`",
    "[a](b)",
    "<img src=x>",
    "![",
    "](javascript:x)",
    "\n",
    "> ",
    "- ",
    "# ",
    "&lt;",
    "|a|\n|-|\n",
    "1. ",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(bit, fc.string({ maxLength: 5 })), { maxLength: 30 }), (bits) => {
      for (const [, name, more] of drawn(bits.join("")).matchAll(/<([a-z]+)([^>]*)>/g)) {
        assert.ok(elements.has(name!), name);
        assert.match(more!, /^\/?$|^( (class="note-\w+"|data-level="\d"|start="\d+"))+$/);
      }
    }),
  );
});

test("what is nested without end is shown as plain text", () => {
  const quotes = ">".repeat(10_000);
  assert.equal(drawn(quotes), `<p>${"&gt;".repeat(10_000)}</p>`);
  const lists = Array.from({ length: 40 }, (_, i) => `${"  ".repeat(i)}- a`).join("\n");
  assert.ok(drawn(lists).split("<ul>").length <= 10);
});
