import type { Connection } from "@reef/db";

/** One mail to one address. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** What kind of mail it is, for the log. */
  template: string;
}

/** Sends mail. `apps/server` fills it from the platform. */
export interface Mailer {
  /** Takes a mail over, in the transaction of the change that it tells of where there is one, and sends it after that. */
  send(db: Connection | undefined, mail: Mail): Promise<void>;
}
