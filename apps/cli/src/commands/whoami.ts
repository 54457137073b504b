import { addressOf, connect, findProfile } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { signature } from "../terminal/mark.ts";

/** `reef whoami` */
export async function whoami(context: Context): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const me = await reef.identity.whoami();
  const found = await findProfile(context);
  const { dim } = output.style;
  const lines = [
    signature(me, output.style),
    `${dim("fingerprint")}  ${me.fingerprint}`,
    `${dim("id")}           ${me.id}`,
    `${dim("reef")}         ${addressOf(context, found?.profile)}`,
    `${dim("profile")}      ${found?.name ?? "none; REEF_TOKEN is in use"}`,
    `${dim("may")}          ${me.scopes.join(" ")}`,
  ];
  output.result(me, lines.join("\n"));
}
