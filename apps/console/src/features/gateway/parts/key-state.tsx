import type { GatewayKey } from "@reef/sdk";
import type { ReactNode } from "react";
import { Status } from "../../../ui/status.tsx";

/** Whether a key works, by shape and word. */
export function KeyState({ state }: Pick<GatewayKey, "state">): ReactNode {
  if (state === "active") return <Status state="online">Active</Status>;
  return state === "expired" ? <Status state="offline">Expired</Status> : <Status state="failed">Revoked</Status>;
}

/** Which models a key may ask for, in few words. */
export function modelsInWords(models: GatewayKey["models"]): string {
  if (models === null) return "All models";
  const [first = "", ...others] = models;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
