import { ReefError } from "../errors.ts";
import type { ConnectOptions } from "../reef.ts";
export async function findConnection(options: ConnectOptions): Promise<ConnectOptions & { url: string }> {
  throw new ReefError({ code: "sdk.no_credentials", status: 0, title: "Not signed in", detail: String(options.url) });
}
