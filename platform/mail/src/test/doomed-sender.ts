import { type DatabaseOptions, openDatabase } from "@reef/db";
import { mailTo, startMail } from "./mail-under-test.ts";

/** A process that queues a mail, begins to send it to a server that says nothing, and hangs there until it is killed. */
const [options = "{}", smtpUrl = ""] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(options) as DatabaseOptions);
const { mailer } = await startMail(database, { REEF_SMTP_URL: smtpUrl, REEF_MAIL_FROM: "reef@reef.example" });
await mailer.send(undefined, mailTo("ada@people.example"));
