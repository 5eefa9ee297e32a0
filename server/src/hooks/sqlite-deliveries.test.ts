import { Database } from "../data-folder/database.ts";
import { SqliteQueue } from "../queue/sqlite/sqlite-queue.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { deliveriesContract } from "./deliveries.contract.ts";
import { SqliteDeliveries } from "./sqlite-deliveries.ts";

deliveriesContract("deliveries in SQLite", async (context) => {
  const database = new Database(temporaryFolder(context));
  context.after(() => database.close());
  return { deliveries: new SqliteDeliveries(database), queue: new SqliteQueue(database) };
});
