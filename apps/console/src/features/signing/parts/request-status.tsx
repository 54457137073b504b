import type { SigningRequest } from "@reef/sdk";
import type { ReactNode } from "react";
import { Status } from "../../../ui/status.tsx";

/** The state of a signing request. A wrong signature completes one too, so that is told apart. */
export function RequestStatus({ request: { status, valid } }: { request: SigningRequest }): ReactNode {
  if (status === "pending") return <Status state="waiting">Waiting</Status>;
  if (status === "expired") return <Status state="offline">Expired</Status>;
  return valid ? <Status state="done">Signed</Status> : <Status state="failed">Wrong signature</Status>;
}
