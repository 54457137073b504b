import { it } from "node:test";
import { migrateToLatest, openDatabase } from "@reef/db";
import { collectLogs, openEmbeddedForTest } from "@reef/testing";
import { emptyReef, startReef, testMigrations } from "../test-reef.ts";
import { newMember, newOrganization, newPerson } from "./test-browser.ts";

it("x", async () => {
  const database = await openDatabase({});
  await migrateToLatest(database.kysely, testMigrations);
  const logs = collectLogs();
  const reef = await startReef({ database, loops: false, settings: { REEF_SIGN_UP: "open" }, logger: logs.logger });
  const olga = await newPerson(reef, "olga@reef.test", "Olga");
  const o = await newOrganization(olga, "acme", "Acme");
  try {
    await newMember(reef, olga, { email: "eve@reef.test", role: "member", organizationId: o });
  } catch (e) {
    console.log(String(e).slice(0, 300));
  }
  console.log(
    JSON.stringify(
      logs.lines().filter((l: any) => l.err || l.level >= 50),
      null,
      1,
    ).slice(0, 3000),
  );
  await reef.stop();
  await database.close();
});
