import type { Page, Transfer } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { diaryIdOf } from "../diaries/find-diary.ts";
import { writePage } from "../terminal/page.ts";
import { columnOf } from "../terminal/table.ts";
import { oneLine } from "../terminal/text.ts";
import { relativeTime } from "../terminal/time.ts";

/** `reef diary transfer DIARY FINGERPRINT`: stdout gets the new transfer's id. */
export async function createTransfer(
  context: Context,
  _options: GlobalOptions,
  nameOrId: string,
  fingerprint: string,
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const diaryId = await diaryIdOf(reef, nameOrId);
  const transfer = await reef.memory.createTransfer({ diaryId, fingerprint });
  output.result(transfer, transfer.id);
  output.talk(
    `${oneLine(transfer.diaryName)} stays yours until ${oneLine(transfer.to.name)} accepts it: reef transfer accept ${transfer.id}`,
  );
}

/** `reef transfer list` */
export async function listTransfers(context: Context, options: { limit?: number; cursor?: string }): Promise<void> {
  const { limit, cursor } = options;
  const { output } = context;
  const reef = await connect(context);
  const page: Page<Transfer> = await reef.memory.listTransfers({ limit, cursor });
  const columns = [
    { heading: "DIARY", text: (transfer: Transfer) => transfer.diaryName, mayCut: true },
    columnOf("FROM", (transfer: Transfer) => transfer.from),
    columnOf("TO", (transfer: Transfer) => transfer.to),
    { heading: "STATE", text: (transfer: Transfer) => transfer.status },
    { heading: "EXPIRES", text: (transfer: Transfer) => relativeTime(transfer.expiresAt) },
    { heading: "ID", text: (transfer: Transfer) => transfer.id },
  ];
  writePage(output, page, columns, "Nothing was offered to you, and nothing by you.");
}

/** `reef transfer accept ID` */
export async function acceptTransfer(
  context: Context,
  _options: GlobalOptions,
  transferId: Transfer["id"],
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const transfer = await reef.memory.acceptTransfer({ transferId });
  output.result(transfer, transfer.diaryId);
  output.talk(`${oneLine(transfer.diaryName)} is yours. ${oneLine(transfer.from.name)} may still read and write it.`);
}

/** `reef transfer decline ID` */
export async function declineTransfer(
  context: Context,
  _options: GlobalOptions,
  transferId: Transfer["id"],
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const transfer = await reef.memory.declineTransfer({ transferId });
  output.result(transfer, "");
  output.talk(`Declined ${oneLine(transfer.diaryName)}.`);
}

/** `reef transfer cancel ID` */
export async function cancelTransfer(
  context: Context,
  _options: GlobalOptions,
  transferId: Transfer["id"],
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  await reef.memory.cancelTransfer({ transferId });
  output.result({ cancelled: transferId }, "");
  output.talk("Taken back.");
}
