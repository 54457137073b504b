import { answerRequests, Transferred } from "../thread.ts";

/** What the thread of the test is asked. */
export type Request = { double: number } | { fail: string } | { return: Uint8Array<ArrayBuffer> } | { hang: true };

answerRequests<Request, number | Uint8Array>((request) => {
  if ("double" in request) return request.double * 2;
  if ("fail" in request) throw new Error(request.fail);
  if ("return" in request) return new Transferred(request.return, [request.return.buffer]);
  for (;;);
});
