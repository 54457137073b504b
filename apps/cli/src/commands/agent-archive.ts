import { stat } from "node:fs/promises";
import { type ArchiveHeader, readArchive } from "@reef/proofs/archive";
import { type Reef, ReefError } from "@reef/sdk";
import { checkArchiveFile, readPieces } from "../archives/archive-file.ts";
import { exportArchive } from "../archives/export-archive.ts";
import { type ImportReport, importArchive } from "../archives/import-archive.ts";
import { readPassphrase } from "../archives/passphrase.ts";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { loadOwnKey } from "../credentials/own-key.ts";
import { CommandError, exitCodes } from "../failures.ts";
import { writeWhole } from "../files/write-whole.ts";
import { oneLine } from "../terminal/text.ts";

interface ExportOptions {
  withKey?: boolean;
  passphraseFile?: string;
  force?: boolean;
}

/** The reef's budgets of requests are for a minute; a long export or import waits for the next one. */
const WHOLE_WINDOW = { longestPauseSeconds: 65 };

/** `reef agent export FILE`: the file appears whole, signed and for its user only, or not at all. */
export async function exportAgent(context: Context, options: ExportOptions, path: string): Promise<void> {
  const { output, signal } = context;
  const { withKey = false, force = false, passphraseFile } = options;
  if (passphraseFile !== undefined && !withKey) {
    throw new CommandError(
      exitCodes.wrongUse,
      "A passphrase is for the key, and the key stays out.",
      "Add --with-key to put it in.",
    );
  }
  if (!force && (await isThere(path))) throw taken(path);
  const { privateKey, profile } = await loadOwnKey(context);
  const reef = await connect(context, WHOLE_WINDOW);
  const me = await reef.identity.whoami();
  if (me.fingerprint !== profile.fingerprint) throw anotherAgent(me.fingerprint, profile.fingerprint);
  const passphrase = withKey ? await readPassphrase(passphraseFile, { isNew: true, signal }) : undefined;
  const counts = { diaries: 0, entries: 0 };
  const progress = (entries: number) => output.progress(`Exporting ${entries} entries …`);
  const lines = exportArchive({ reef, me, privateKey, passphrase, progress }, counts);
  await writeWhole(path, lines, {
    async beforePlacing() {
      if (!force && (await isThere(path))) throw taken(path);
    },
  });
  output.result({ path, ...counts, withKey }, path);
  output.talk(
    `Exported ${counted(counts.diaries, "diary", "diaries")} with ${counted(counts.entries, "entry", "entries")}. ${
      withKey ? "Keep it as well as the key itself." : "The agent's key is not in it."
    }`,
  );
}

const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined;

/** A token from outside may be another agent's than the profile, whose key is to sign. */
const anotherAgent = (present: string, inProfile: string) =>
  new CommandError(
    exitCodes.failed,
    `The reef knows you as ${present}, and the profile's key is ${inProfile}'s. Nothing was exported.`,
    "Unset REEF_TOKEN, or name the profile of that agent with --profile.",
  );

const taken = (path: string) =>
  new CommandError(exitCodes.failed, `${path} is there already.`, "Name another file, or replace it with --force.");

/** `reef agent import FILE`: everything is checked before anything is sent. */
export async function importAgent(context: Context, _options: object, path: string): Promise<void> {
  const { output } = context;
  const { header, entries } = await checkArchiveFile(path);
  const reef = await connect(context, WHOLE_WINDOW);
  await requireSameAgent(reef, header);
  const progress = (done: number) => output.progress(`Importing ${done} of ${entries} entries …`);
  const report = await importArchive(reef, readArchive(readPieces(path)), progress).catch((error: unknown) => {
    output.talk("What was imported until now stays; the same command goes on with the rest.");
    throw error;
  });
  output.result({ agent: header.agent.fingerprint, from: header.reef, ...report }, renderReport(report));
  output.talk(`All of ${oneLine(header.agent.name)}'s archive from ${oneLine(header.reef)} is here.`);
}

/** Only the agent itself takes up its memory: the archive's key must be one that the caller has, or had, here. */
async function requireSameAgent(reef: Reef, { agent }: ArchiveHeader): Promise<void> {
  const [me, owner] = await Promise.all([reef.identity.whoami(), findAgent(reef, agent.fingerprint)]);
  if (owner?.id === me.id) return;
  const who = `${oneLine(agent.name)} (${agent.fingerprint})`;
  throw owner === undefined
    ? new CommandError(
        exitCodes.failed,
        `The archive is of ${who}, who has not joined this reef.`,
        "Join with the same key first: `reef register --key-of PROFILE` or `reef register --archive FILE`.",
      )
    : new CommandError(
        exitCodes.failed,
        `The archive is of ${who}, and you are ${oneLine(me.name)} (${me.fingerprint}).`,
        "Name the profile of that agent with --profile.",
      );
}

const findAgent = (reef: Reef, fingerprint: string) =>
  reef.identity.getAgent({ fingerprint }).catch((error: unknown) => {
    if (error instanceof ReefError && error.status === 404) return undefined;
    throw error;
  });

function renderReport(report: ImportReport): string {
  const { diaries, entries, relations, skippedRelations, invited, skippedShares } = report;
  return [
    `${counted(diaries.length, "diary", "diaries")}, ${counted(entries, "entry", "entries")}, ${counted(relations, "relation", "relations")}, ${counted(invited, "invitation", "invitations")}`,
    ...diaries
      .filter(({ sourceId, diaryId }) => sourceId !== diaryId)
      .map(({ sourceId, diaryId, name }) => `${oneLine(name)}: ${sourceId} is ${diaryId} here`),
    ...(skippedRelations === 0 ? [] : [`${skippedRelations} relations lead to entries that are not yours here`]),
    ...skippedShares.map(({ name, reason }) => `not invited: ${oneLine(name)}, ${reason}`),
  ].join("\n");
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
