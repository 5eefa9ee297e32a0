import assert from "node:assert/strict";
import { test } from "node:test";
import { readBucketAddress } from "./address.ts";

test("an address names a bucket, and may name a folder, a region and where the store is", () => {
  assert.deepEqual(readBucketAddress("s3://pictures"), { bucket: "pictures", folder: "", region: "us-east-1" });
  assert.deepEqual(readBucketAddress("s3://pictures/team/one/?region=eu&endpoint=http://127.0.0.1:9000"), {
    bucket: "pictures",
    folder: "team/one/",
    region: "eu",
    endpoint: "http://127.0.0.1:9000",
  });
});

for (const [text, reason] of [
  ["http://pictures", /does not begin with s3:/],
  ["pictures", /does not begin with s3:/],
  ["s3://", /names no bucket/],
  ["s3://key:secret@pictures", /from the environment alone/],
  ["s3://pictures?endpoint=https://key:secret@host", /from the environment alone/],
  ["s3://pictures/a b", /letters, digits/],
  ["s3://pictures?acl=public", /there is no setting acl/],
  ["s3://pictures?endpoint=file:///etc", /endpoint is no address/],
] as const)
  test(`${text} is refused with the reason`, () => {
    const read = readBucketAddress(text);
    assert.ok("remedy" in read);
    assert.match(read.message, reason);
    assert.doesNotMatch(read.message, /secret/);
  });
