import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Database } from "../data-folder/database.ts";
import { maxKinds } from "../documents/work-ahead.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { Forecast } from "./forecast.ts";

function openDatabase(context: TestContext): Database {
  const database = new Database(temporaryFolder(context));
  context.after(() => database.close());
  return database;
}

test("of what never ran nothing is known; the first duration counts whole, later ones by four tenths", (context) => {
  const forecast = new Forecast(openDatabase(context));
  assert.equal(forecast.msOf("k"), undefined);
  forecast.learn("k", 100, 1);
  assert.equal(forecast.msOf("k"), 100);
  forecast.learn("k", 200, 2);
  assert.equal(forecast.msOf("k"), 140);
});

test("a run takes the sum of its kinds, each as often as it has nodes, and nobody knows if one is unknown", (context) => {
  const forecast = new Forecast(openDatabase(context));
  forecast.learn("a", 100, 1);
  forecast.learn("b", 10, 1);
  assert.equal(forecast.msOfAll({ a: 2, b: 3 }), 230);
  assert.equal(forecast.msOfAll({}), 0);
  assert.equal(forecast.msOfAll({ a: 1, c: 1 }), undefined);
  assert.equal(forecast.msOfAll(null), undefined, "too many kinds to be counted");
});

test("what was learnt outlives the server", (context) => {
  const database = openDatabase(context);
  new Forecast(database).learn("k", 100, 1);
  assert.equal(new Forecast(database).msOf("k"), 100);
});

test("of very many kinds the ones learnt longest ago are forgotten", (context) => {
  const database = openDatabase(context);
  const forecast = new Forecast(database);
  database.transaction(() => {
    for (let i = 0; i <= maxKinds; i++) forecast.learn(`k${i}`, i, i === 0 ? maxKinds + 9 : i);
  });
  assert.deepEqual([forecast.msOf("k0"), forecast.msOf("k1"), forecast.msOf("k2")], [0, undefined, 2]);
  assert.equal(new Forecast(database).msOf("k1"), undefined);
});
