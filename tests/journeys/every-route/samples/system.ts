import type { Sample } from "../sample.ts";

/** A reef whose work succeeds has no dead letters, so what the path names is not there. */
const deadLetter: Sample = {
  request: async () => ({ path: { jobId: "job_01h455vb4pex5vsknk084sn02q" } }),
  answers: { operator: 404 },
};

/** Good requests of the server's own routes. */
export const systemSamples: Readonly<Record<string, Sample>> = {
  "system.health": { request: async () => ({}) },
  "system.ready": { request: async () => ({}) },
  "system.liveness": { request: async () => ({}) },
  "system.listDeadLetters": { request: async () => ({}) },
  "system.retryDeadLetter": deadLetter,
  "system.deleteDeadLetter": deadLetter,
  "system.listMails": { request: async () => ({}) },
  "system.getMail": { request: async ({ mailId }) => ({ path: { mailId } }) },
};
