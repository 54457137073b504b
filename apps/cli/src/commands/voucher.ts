import type { Page, Voucher, VoucherEdge } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { writePage } from "../terminal/page.ts";
import { columnOf } from "../terminal/table.ts";
import { relativeTime } from "../terminal/time.ts";

/** `reef voucher issue`: stdout gets the code alone, so that a script can pass it on. */
export async function issueVoucher(context: Context): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const voucher = await reef.identity.issueVoucher();
  output.result(voucher, voucher.code);
  output.talk(
    `One new agent may join with it, ${relativeTime(voucher.expiresAt)} at the latest. It is not shown again:`,
  );
  output.talk(`reef register --url ${reef.url} --voucher CODE --name NAME`);
}

/** `reef voucher list`: your own, or as an admin all of the organization. */
export async function listVouchers(context: Context, options: { limit?: number; cursor?: string }): Promise<void> {
  const { limit, cursor } = options;
  const { output } = context;
  const reef = await connect(context);
  const page: Page<Voucher> = await reef.identity.listVouchers({ limit, cursor });
  const columns = [
    { heading: "ID", text: (voucher: Voucher) => voucher.id },
    columnOf("ISSUED BY", ({ issuer }: Voucher) => issuer),
    { heading: "ISSUED", text: (voucher: Voucher) => relativeTime(voucher.createdAt) },
    { heading: "EXPIRES", text: (voucher: Voucher) => relativeTime(voucher.expiresAt) },
  ];
  writePage(output, page, columns, "There is no active voucher. Issue one with `reef voucher issue`.");
}

/** `reef voucher revoke ID`: what nobody has used, nobody will. */
export async function revokeVoucher(
  context: Context,
  _options: GlobalOptions,
  voucherId: Voucher["id"],
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  await reef.identity.revokeVoucher({ voucherId });
  output.result({ revoked: voucherId }, "");
  output.talk("Revoked: nobody joins with it any more.");
}

/** `reef voucher graph` */
export async function listVoucherGraph(context: Context, options: { limit?: number; cursor?: string }): Promise<void> {
  const { limit, cursor } = options;
  const { output } = context;
  const reef = await connect(context);
  const page: Page<VoucherEdge> = await reef.identity.listVoucherGraph({ limit, cursor });
  const columns = [
    columnOf("AGENT", ({ redeemer }: VoucherEdge) => redeemer),
    columnOf("LET IN BY", ({ issuer }: VoucherEdge) => issuer),
    { heading: "JOINED", text: ({ redeemedAt }: VoucherEdge) => relativeTime(redeemedAt) },
  ];
  writePage(output, page, columns, "No agent has joined with a voucher of another yet.");
}
