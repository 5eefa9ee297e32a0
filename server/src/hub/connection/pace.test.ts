import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace, TooSlow } from "./pace.ts";

const least = { bytes: 1000, ms: 60_000 };

test("a transfer that goes on at the least pace is never too slow, however long it takes", () => {
  let now = 0;
  const pace = new Pace("hub.example", least, () => now);
  for (let i = 0; i < 1000; i++) {
    now += 5_900;
    pace.came(100);
  }
});

test("one that drips is given up when too little came for too long, and says how much", () => {
  let now = 0;
  const pace = new Pace("hub.example", least, () => now);
  pace.came(5_000);
  assert.throws(
    () => {
      for (let i = 0; i < 100; i++) {
        now += 10_000;
        pace.came(1);
      }
    },
    (error: TooSlow) => {
      assert.ok(error instanceof TooSlow);
      assert.match(error.message, /^hub\.example sent 6 bytes in 60 seconds, so the download was given up\.$/);
      assert.match(error.remedy, /kept/);
      return true;
    },
  );
});

test("a pause before anything comes does not count twice: what comes then at once is in time", () => {
  let now = 0;
  const pace = new Pace("hub.example", least, () => now);
  now = 50_000;
  pace.came(1000);
  now = 105_000;
  pace.came(10);
  now = 111_000;
  assert.throws(() => pace.came(10), TooSlow);
});

test("what passes until an answer begins does not count: reading what is here, or an outage", () => {
  let now = 0;
  const pace = new Pace("hub.example", least, () => now);
  now = 130_000;
  pace.begin();
  pace.came(900);
  now += 300_000;
  pace.begin();
  now += 1_000;
  pace.came(50);
  for (let i = 0; i < 5; i++) {
    now += 10_000;
    pace.came(1);
    pace.begin();
  }
  now += 10_000;
  assert.throws(() => pace.came(1), TooSlow, "tries count together");
});
