import type { Problem } from "@clipwork/engine";
import type { Fleet, FleetAddress } from "../../fleet/fleet.ts";
import type { OwnPart } from "../../fleet/open-fleet.ts";
import { inputProblem } from "../../terminal/terminal.ts";

/** The fleet of those addresses, or what prevents that. Of Redis and S3 nothing is loaded before. */
export async function joinFleet(address: FleetAddress, own: Omit<OwnPart, "onFault">): Promise<Fleet | Problem> {
  const [{ openFleet }, { NoRedis }] = await Promise.all([
    import("../../fleet/open-fleet.ts"),
    import("../../redis/connection.ts"),
  ]);
  const onFault = (error: unknown) => process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  try {
    return await openFleet(address, { ...own, onFault });
  } catch (error) {
    if (error instanceof NoRedis)
      return inputProblem("no-queue", error.message, "Start it, or name another one with --queue.");
    const { name, message } = error as Error;
    const why = message === "" || message === "UnknownError" ? name : message;
    return inputProblem(
      "no-store",
      `The store ${address.store} cannot be used: ${why}.`,
      "Create the bucket, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to keys that may use it.",
    );
  }
}
