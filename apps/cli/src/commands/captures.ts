import type { CaptureSettings, GatewayKey, UsageEvent } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { count } from "../terminal/amount.ts";
import { oneLine, printable } from "../terminal/text.ts";

/** `reef capture` */
export async function showCapture(context: Context): Promise<void> {
  const reef = await connect(context);
  tell(context, await reef.gateway.getCaptureSettings());
}

/** `reef capture on` */
export async function allowCapture(
  context: Context,
  { days, words }: { days?: number; words?: string[] },
): Promise<void> {
  const reef = await connect(context);
  tell(context, await reef.gateway.updateCaptureSettings({ enabled: true, retentionDays: days, words }));
}

/** `reef capture off` */
export async function endCapture(context: Context, { purge = false }: { purge?: boolean }): Promise<void> {
  const reef = await connect(context);
  tell(context, await reef.gateway.updateCaptureSettings({ enabled: false, purge: purge ? "true" : "false" }));
}

function tell({ output }: Context, settings: CaptureSettings): void {
  const { enabled, retentionDays, words, storedCalls } = settings;
  const lines = [
    enabled
      ? `Keys may keep prompts and answers, ${count(retentionDays)} days at most.`
      : "No key keeps prompts and answers.",
    words.length > 0 ? `Taken out as well: ${words.map(oneLine).join(", ")}.` : undefined,
    storedCalls === 1 ? "1 call is kept." : `${count(storedCalls)} calls are kept.`,
  ];
  output.result(settings, lines.filter((line) => line !== undefined).join("\n"));
}

/** `reef capture read CALL`: stdout gets both texts, the prompt first. */
export async function readCapture(context: Context, _options: object, usageEventId: UsageEvent["id"]): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const captured = await reef.gateway.getUsageCapture({ usageEventId });
  output.result(captured, `${printable(captured.request.text)}\n\n${printable(captured.answer.text)}`);
  output.talk(`It is deleted by ${captured.expiresAt}. That you read it is on record.`);
}

/** `reef capture delete` */
export async function deleteCaptures(
  context: Context,
  { call: usageEventId, key: keyId }: { call?: UsageEvent["id"]; key?: GatewayKey["id"] },
): Promise<void> {
  if (usageEventId === undefined && keyId === undefined) {
    throw new CommandError(exitCodes.wrongUse, "Say what shall be deleted.", "Add --call ID or --key ID.");
  }
  const { output } = context;
  const reef = await connect(context);
  if (usageEventId !== undefined) await reef.gateway.deleteUsageCapture({ usageEventId });
  if (keyId !== undefined) await reef.gateway.deleteKeyCaptures({ keyId });
  output.result({ deleted: usageEventId ?? keyId }, "");
  output.talk("Deleted.");
}

/** `reef cache` */
export async function showCache(context: Context): Promise<void> {
  const reef = await connect(context);
  const cache = await reef.gateway.getCache();
  const { entries, sizeBytes, mostEntries } = cache;
  context.output.result(
    cache,
    `${count(entries)} of ${count(mostEntries)} answers are kept to be given again, ${count(sizeBytes)} bytes.`,
  );
}

/** `reef cache clear` */
export async function clearCache(context: Context): Promise<void> {
  const reef = await connect(context);
  await reef.gateway.clearCache();
  context.output.result({ cleared: true }, "");
  context.output.talk("All answers are forgotten; no process gives one of them again after a second.");
}
