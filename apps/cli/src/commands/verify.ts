import { checkEntryProof, verifyChain } from "@reef/proofs";
import type { Diary, Entry, Reef } from "@reef/sdk";
import { describeFault } from "../chains/describe-fault.ts";
import { keepKnownHead, knownHeadPath, readKnownHead } from "../chains/known-heads.ts";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { diaryIdOf, isDiaryId } from "../diaries/find-diary.ts";
import { CommandError, type ExitCode, exitCodes } from "../failures.ts";
import { oneLine } from "../terminal/text.ts";

/** Faults that are shown to a person; `--json` has them all. */
const SHOWN_FAULTS = 100;

/**
 * `reef diary verify NAME|ID`: reads every entry and checks it here; nothing that the reef says of itself counts. The head
 * of a good chain is kept, so that the next run notices also when the end was cut off or all of it was written anew.
 */
export async function verifyDiary(context: Context, options: { head?: string }, nameOrId: string): Promise<ExitCode> {
  const { output, environment } = context;
  const reef = await connect(context);
  const diaryId = await diaryIdOf(reef, nameOrId);
  // It becomes the name of a file, and a name was looked up at the reef.
  if (!isDiaryId(diaryId))
    throw new CommandError(exitCodes.failed, "The reef gave no id of a diary.", "Do not trust it.");
  const kept = await readKnownHead(environment.configFolder, diaryId);
  const { chain, name } = await reef.memory.getDiary({ diaryId });
  if (chain === null) throw unsigned(name, kept !== undefined);
  const known = [
    ...(kept === undefined ? [] : [kept]),
    ...(options.head === undefined ? [] : [{ head: options.head }]),
  ];
  const report = await verifyChain(readAll(context, reef, diaryId), chain, { known, mayHaveGrown: true });
  const { valid, faults, entries, length, head } = report;
  if (valid && head !== null) await keepKnownHead(environment.configFolder, diaryId, { length, head });
  const isSince = kept === undefined ? "" : ` It still holds the ${kept.length} that the last check found.`;
  const lines = valid
    ? [`${entries === 1 ? "1 entry is" : `${entries} entries are`} signed, unaltered and in order.${isSince}`]
    : faults.slice(0, SHOWN_FAULTS).map(describeFault);
  output.result({ diaryId, ...report }, lines.join("\n"));
  if (valid) return exitCodes.done;
  if (faults.length > SHOWN_FAULTS) output.talk(`… and ${faults.length - SHOWN_FAULTS} more; --json shows all.`);
  output.talk(`${oneLine(name)} is not as it was signed.`);
  if (faults.some(({ kind }) => kind === "rewritten" || kind === "cut_off") && kept !== undefined) {
    output.talk(`What the last good check found is kept in ${knownHeadPath(environment.configFolder, diaryId)}.`);
  }
  return exitCodes.failed;
}

/** All entries from the oldest on, with the count of those that were read so far for whoever waits. */
async function* readAll({ output }: Context, reef: Reef, diaryId: Diary["id"]): AsyncGenerator<Entry> {
  let read = 0;
  for await (const entry of reef.memory.listEntries.all({ diaryId, order: "oldest", limit: 100 })) {
    if (read % 100 === 0) output.progress(`Verified ${read} entries …`);
    read += 1;
    yield entry;
  }
  output.progress("");
}

const unsigned = (name: string, wasSigned: boolean): CommandError =>
  wasSigned
    ? new CommandError(
        exitCodes.failed,
        `${oneLine(name)} was a signed diary at the last check, and the reef says that it is none.`,
        "A signed diary cannot become another. Do not trust what it holds.",
      )
    : new CommandError(
        exitCodes.failed,
        `${oneLine(name)} is no signed diary, so it has no chain to verify.`,
        "Verify single entries with `reef entry verify ID`, or create a diary with `reef diary create NAME --signed`.",
      );

/** `reef entry verify ID`: what the reef says of it, and the same checks here, without which that would be worth little. */
export async function verifyEntry(context: Context, _options: GlobalOptions, entryId: Entry["id"]): Promise<ExitCode> {
  const { output } = context;
  const reef = await connect(context);
  const [entry, claimed] = await Promise.all([reef.memory.getEntry({ entryId }), reef.memory.verifyEntry({ entryId })]);
  const here = await checkHere(entry);
  const checked = {
    ...claimed,
    hashMatches: claimed.hashMatches && here.hashMatches,
    signatureValid: claimed.signatureValid && here.signatureValid,
    valid: claimed.valid && here.hashMatches && here.signatureValid,
  };
  const { signed, hashMatches, signatureValid, valid } = checked;
  const author = `${oneLine(entry.author.name)} (${oneLine(entry.author.fingerprint)})`;
  const text = valid
    ? `Valid: ${author} signed it, and it is unaltered.`
    : !signed
      ? "It is not signed."
      : [
          ...(hashMatches ? [] : ["It was altered: it is not what was signed."]),
          ...(signatureValid ? [] : [`Its signature is not one of ${author}, or not over this content.`]),
        ].join("\n");
  output.result({ entryId, ...checked }, text);
  return valid ? exitCodes.done : exitCodes.failed;
}

/** The same as the reef checks, but for one thing: whether the key really is that agent's, which only the reef can tell. */
async function checkHere(entry: Entry) {
  // An entry does not tell whether its diary is a chain; it has one of the two identifiers, never both.
  const checks = await Promise.all([false, true].map((isChained) => checkEntryProof(entry, { isChained })));
  return {
    hashMatches: checks.some((check) => check?.hashMatches),
    signatureValid: checks.every((check) => check?.signatureMatches && check.isAuthorsKey),
  };
}
