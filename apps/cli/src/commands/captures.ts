import type { CaptureSettings, GatewayKey, UsageEvent } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { count } from "../terminal/amount.ts";
import { confirm } from "../terminal/input.ts";
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

/** `reef capture off`; with `--purge` what was kept is deleted, once that is confirmed. */
export async function endCapture(
  context: Context,
  { purge = false, yes }: { purge?: boolean; yes?: boolean },
): Promise<void> {
  const reef = await connect(context);
  if (purge) {
    const { storedCalls } = await reef.gateway.getCaptureSettings();
    const question = `Let no key keep anything, and delete what was kept of ${callsOf(storedCalls)}?`;
    await confirm(question, yes, context.signal, "Nothing was changed.");
  }
  tell(context, await reef.gateway.updateCaptureSettings({ enabled: false, purge: purge ? "true" : "false" }));
}

function tell({ output }: Context, settings: CaptureSettings): void {
  const { enabled, retentionDays, words, storedCalls } = settings;
  const lines = [
    enabled
      ? `Keys may keep prompts and answers, ${count(retentionDays)} days at most.`
      : "No key keeps prompts and answers.",
    words.length > 0 ? `Taken out as well: ${words.map(oneLine).join(", ")}.` : undefined,
    `${callsOf(storedCalls)} ${storedCalls === 1 ? "is" : "are"} kept.`,
  ];
  output.result(settings, lines.filter((line) => line !== undefined).join("\n"));
}

const callsOf = (number: number): string => (number === 1 ? "1 call" : `${count(number)} calls`);

/** `reef capture read CALL`: stdout gets both texts, the prompt first. */
export async function readCapture(context: Context, _options: object, usageEventId: UsageEvent["id"]): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const captured = await reef.gateway.getUsageCapture({ usageEventId });
  output.result(captured, `${printable(captured.request.text)}\n\n${printable(captured.answer.text)}`);
  output.talk(`It is deleted by ${captured.expiresAt}. That you read it is on record.`);
}

/** `reef capture delete`, once it is confirmed. */
export async function deleteCaptures(
  context: Context,
  { call: usageEventId, key: keyId, yes }: { call?: UsageEvent["id"]; key?: GatewayKey["id"]; yes?: boolean },
): Promise<void> {
  if (usageEventId === undefined && keyId === undefined) {
    throw new CommandError(exitCodes.wrongUse, "Say what shall be deleted.", "Add --call ID or --key ID.");
  }
  const { output, signal } = context;
  const reef = await connect(context);
  // What was kept of the call is not looked at first: who reads it is put on record.
  const question =
    keyId === undefined
      ? "Delete the prompt and the answer of this call?"
      : `Delete what was kept of all calls with the key ${oneLine((await reef.gateway.getKey({ keyId })).name)} so far?`;
  await confirm(question, yes, signal);
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

/** `reef cache clear`, once it is confirmed. */
export async function clearCache(context: Context, { yes }: { yes?: boolean }): Promise<void> {
  const reef = await connect(context);
  const { entries } = await reef.gateway.getCache();
  const answers = entries === 1 ? "1 answer" : `${count(entries)} answers`;
  const question = `Forget ${answers}? A provider is asked for each anew, and paid for it.`;
  await confirm(question, yes, context.signal);
  await reef.gateway.clearCache();
  context.output.result({ cleared: true }, "");
  context.output.talk("All answers are forgotten; no process gives one of them again after a second.");
}
