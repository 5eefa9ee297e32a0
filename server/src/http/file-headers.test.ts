import assert from "node:assert/strict";
import { ServerResponse } from "node:http";
import { test } from "node:test";
import { setFileHeaders } from "./file-headers.ts";

function headersOf(type: string, name?: string) {
  const response = new ServerResponse({ method: "GET" } as never);
  setFileHeaders(response, type, name);
  return {
    disposition: response.getHeader("Content-Disposition"),
    policy: response.getHeader("Content-Security-Policy"),
  };
}

test("pictures are shown and all else is saved, and none of it runs or belongs to a site", () => {
  for (const [type, how] of [
    ["image/png", "inline"],
    ["image/svg+xml", "inline"],
    ["text/html", "attachment"],
    ["application/json", "attachment"],
  ] as const) {
    const { disposition, policy } = headersOf(type);
    assert.equal(disposition, how);
    const style = type === "image/svg+xml" ? "style-src 'unsafe-inline'; " : "";
    assert.equal(policy, `default-src 'none'; ${style}sandbox`);
  }
});

test("a name is sent in ASCII and in full, and can end neither its quotes nor the header", () => {
  assert.equal(headersOf("image/png", "a.png").disposition, `inline; filename="a.png"; filename*=UTF-8''a.png`);
  const { disposition } = headersOf("text/csv", `猫 "x"; (a)\r\ny.csv`);
  assert.equal(
    disposition,
    `attachment; filename="_ _x__ _a___y.csv"; filename*=UTF-8''%E7%8C%AB%20%22x%22%3B%20%28a%29%0D%0Ay.csv`,
  );
});
