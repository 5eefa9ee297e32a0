import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { networkName, networkOf, networkWarning } from "./network-disk.ts";

test("file systems of the network are known by their number, signed or not; those of this machine are not among them", () => {
  for (const [type, name] of [
    [0x6969, "NFS"],
    [0xff534d42, "CIFS"],
    [0xff534d42 | 0, "CIFS"],
    [0xef53, undefined],
    [0x01021994, undefined],
    [0x9123683e, undefined],
  ] as const)
    assert.equal(networkName(type), name, type.toString(16));
});

test("the folder of a test lies on this machine", async (context) => {
  assert.equal(await networkOf(temporaryFolder(context)), undefined);
});

test("whoever serves a folder of the network is told what it means and what to do", () => {
  const { message, remedy } = networkWarning("NFS");
  assert.match(message, /lies on another machine \(NFS\), where two servers may not see each other's lock/);
  assert.match(remedy, /--data/);
});
