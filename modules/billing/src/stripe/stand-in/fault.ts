/** A refusal in Stripe's words (https://docs.stripe.com/api/errors). */
export class StripeFault extends Error {
  override readonly name = "StripeFault";
  readonly status: number;
  readonly body: { type: string; message: string; code?: string; param?: string };

  constructor(status: number, body: StripeFault["body"]) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** A request that cannot be done as it is. */
export const invalid = (message: string, code?: string, param?: string): StripeFault =>
  new StripeFault(400, {
    type: "invalid_request_error",
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  });

/** Something that does not exist, named by a path (404) or a parameter (400). */
export const missing = (kind: string, id: string, param = "id"): StripeFault =>
  new StripeFault(param === "id" ? 404 : 400, {
    type: "invalid_request_error",
    code: "resource_missing",
    message: `No such ${kind}: '${id.slice(0, 100)}'`,
    param,
  });
