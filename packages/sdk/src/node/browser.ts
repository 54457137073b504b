import { localError } from "../errors.ts";

/** What bundlers for browsers take in place of `find-connection.ts`: a page has no files and no environment to look in. */
export async function findConnection(): Promise<never> {
  throw localError(
    "no_credentials",
    "No credentials in a browser",
    "Pass `url` and `credentials`, or use createReef({ url, session: true }) in a page of the reef itself.",
  );
}
