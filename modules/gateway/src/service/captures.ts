import { deriveKey, type Id, openSealed, toUuid } from "@reef/crypto";
import { afterCommit, type Connection, transact } from "@reef/db";
import type { Call, PersonCaller } from "@reef/http/call";
import type { CapturedCall, CaptureSettings, CaptureSettingsChange } from "../contract/captures.ts";
import { gatewayErrors } from "../errors.ts";
import * as settingsStore from "../store/capture-settings.ts";
import * as store from "../store/captures.ts";
import { findKey } from "../store/keys.ts";

/** What prompts and answers are sealed with; the context is the call's UUID. */
export const capturesKey = (masterSecret: string): Uint8Array => deriveKey(masterSecret, "gateway.captures");

/** What is sealed of a call. */
type SealedCapture = Pick<CapturedCall, "request" | "answer" | "redactions">;

export interface CaptureServiceDependencies {
  masterSecret: string;
  /** Told when something was purged, so that it is deleted soon. */
  onPurged(): void;
}

/** Calls that are counted one by one at most. */
const COUNTED = 10_000;

type Purge = { purge: "true" | "false" };

/** What organizations say of capture, and what is stored of calls. */
export function createCaptureService({ masterSecret, onPurged }: CaptureServiceDependencies) {
  const key = capturesKey(masterSecret);

  async function view(
    { db, caller }: Call<PersonCaller>,
    settings: settingsStore.StoredCaptureSettings,
  ): Promise<CaptureSettings> {
    const storedCalls = await store.countCaptures(db, caller.organizationId, COUNTED);
    return { ...settings, storedCalls, updatedAt: settings.updatedAt?.toISOString() ?? null };
  }

  return {
    /** What the organization allows its keys to keep, and of how many calls something is. */
    getCaptureSettings: async (call: Call<PersonCaller>): Promise<CaptureSettings> =>
      view(call, await settingsStore.getCaptureSettings(call.db, call.caller.organizationId)),

    /** @throws gateway.changed when `ifMatch` is not the current version, or somebody else sets it just now. */
    updateCaptureSettings: (
      call: Call<PersonCaller>,
      change: CaptureSettingsChange,
      { purge }: Purge,
      ifMatch: number | undefined,
    ): Promise<CaptureSettings> =>
      transact(call.db, async (db) => {
        const { organizationId } = call.caller;
        const settings = await settingsStore.getCaptureSettings(db, organizationId, { forUpdate: true });
        if (ifMatch !== undefined && ifMatch !== settings.version) {
          throw gatewayErrors.changed({ currentVersion: settings.version });
        }
        const { enabled, retentionDays, words } = change;
        const updated = await settingsStore.saveCaptureSettings(db, organizationId, {
          ...settings,
          ...(enabled !== undefined && { enabled }),
          ...(retentionDays !== undefined && { retentionDays }),
          ...(words !== undefined && { words: [...new Set(words)] }),
        });
        if (updated === undefined) throw gatewayErrors.changed({ currentVersion: settings.version + 1 });
        if (purge === "true") await purgeNow(db, organizationId, undefined);
        return view({ ...call, db }, updated);
      }),

    /** @throws gateway.capture_not_found when nothing of the call is stored, or it is another organization's. */
    async getUsageCapture({ db, caller }: Call<PersonCaller>, id: Id<"use">): Promise<CapturedCall> {
      const stored = await store.findCapture(db, caller.organizationId, id);
      if (stored === undefined) throw gatewayErrors.capture_not_found();
      const { usageEventId, keyId, capturedAt, expiresAt } = stored;
      const opened = JSON.parse(openSealed(key, stored.sealed, toUuid(id))) as SealedCapture;
      return {
        ...opened,
        usageEventId,
        keyId,
        capturedAt: capturedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      };
    },

    /** @throws gateway.capture_not_found */
    async deleteUsageCapture({ db, caller }: Call<PersonCaller>, id: Id<"use">): Promise<void> {
      const isDeleted = await store.deleteCapture(db, caller.organizationId, id);
      if (!isDeleted) throw gatewayErrors.capture_not_found();
    },

    /** @throws gateway.key_not_found */
    async deleteKeyCaptures({ db, caller }: Call<PersonCaller>, keyId: Id<"key">): Promise<void> {
      const found = await findKey(db, caller.organizationId, keyId);
      if (found === undefined) throw gatewayErrors.key_not_found();
      await purgeNow(db, caller.organizationId, keyId);
    },

    purgeNow,
  };

  /** Makes what was captured so far unreadable with the transaction, and has it deleted once that is committed. */
  async function purgeNow(db: Connection, organizationId: Id<"org">, keyId: Id<"key"> | undefined): Promise<void> {
    await store.purgeCaptures(db, organizationId, keyId);
    afterCommit(db, onPurged);
  }
}

export type CaptureService = ReturnType<typeof createCaptureService>;
