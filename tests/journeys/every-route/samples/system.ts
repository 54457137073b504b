import type { Sample } from "../sample.ts";

/** Of a well-formed id that names nothing: a reef whose work succeeds has no dead letters, and one without people no mail. */
const unknown = (prefix: "job" | "mai") => `${prefix}_01h455vb4pex5vsknk084sn02q`;

/** Good requests of the server's own routes. */
export const systemSamples: Readonly<Record<string, Sample>> = {
  "system.health": { request: async () => ({}) },
  "system.ready": { request: async () => ({}) },
  "system.liveness": { request: async () => ({}) },
  "system.listDeadLetters": { request: async () => ({}) },
  "system.retryDeadLetter": { request: async () => ({ path: { jobId: unknown("job") } }) },
  "system.deleteDeadLetter": { request: async () => ({ path: { jobId: unknown("job") } }) },
  "system.listMails": { request: async () => ({}) },
  "system.getMail": { request: async () => ({ path: { mailId: unknown("mai") } }) },
};
