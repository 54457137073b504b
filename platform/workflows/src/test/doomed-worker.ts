import { type DatabaseOptions, openDatabase } from "@reef/db";
import { silentLogger } from "@reef/testing";
import { createWorkflows } from "../workflows.ts";
import { twoSteps } from "./two-steps.ts";

/** A process that begins a job, says so between its two steps, and then hangs there until it is killed. */
const database = await openDatabase(JSON.parse(process.argv[2] ?? "{}") as DatabaseOptions);
const workflows = createWorkflows({ database, logger: silentLogger });
workflows.register(
  twoSteps(() => {
    process.stdout.write("between the steps\n");
    return new Promise(() => {});
  }),
);
await workflows.start();
await workflows.enqueue(database.kysely, twoSteps(), { word: "reef" });
