import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A mail as the server got it. */
export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body, as they came over the wire. */
  raw: string;
}

/** How the server answers to a whole mail: takes it, refuses it with a reply of SMTP, or says nothing. */
export type Behaviour = "take" | "hang" | `${4 | 5}${number} ${string}`;

/** A real SMTP server on this machine. */
export interface TestSmtpServer {
  port: number;
  url: string;
  received: ReceivedMail[];
  /** The raw texts of all mails that it was offered, whatever became of them. */
  offers: string[];
  behave(next: Behaviour): void;
  close(): Promise<void>;
}

export async function startSmtpServer(options: SMTPServerOptions = {}): Promise<TestSmtpServer> {
  const received: ReceivedMail[] = [];
  let behaviour: Behaviour = "take";
  const offers: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    hideSTARTTLS: true,
    logger: false,
    closeTimeout: 100,
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        offers.push(raw);
        if (behaviour === "hang") return;
        if (behaviour !== "take") {
          const [code, ...words] = behaviour.split(" ");
          callback(Object.assign(new Error(words.join(" ")), { responseCode: Number(code) }));
          return;
        }
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ from, to, raw });
        callback();
      });
    },
    ...options,
  });
  // A client that is killed resets its connection.
  server.on("error", () => {});
  const listening = server.listen(0, "127.0.0.1");
  if (!listening.listening) await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    received,
    offers,
    behave(next) {
      behaviour = next;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
