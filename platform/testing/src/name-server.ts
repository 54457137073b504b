import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";

/** A name server on this machine that knows these names and no IPv6 (RFC 1035). */
export async function startNameServer(
  names: Readonly<Record<string, readonly string[]>>,
): Promise<{ resolver: Resolver; stop(): void }> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const labels = [];
    let offset = 12;
    for (let length = query[offset] ?? 0; length > 0; length = query[offset] ?? 0) {
      labels.push(query.toString("ascii", offset + 1, offset + 1 + length));
      offset += length + 1;
    }
    const question = query.subarray(12, offset + 5);
    const isIPv4 = question.readUInt16BE(question.length - 4) === 1;
    const answers = isIPv4 ? (names[labels.join(".").toLowerCase()] ?? []) : [];
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    header.writeUInt32BE(0, 8);
    const records = answers.map((ip) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...ip.split(".").map(Number)]),
    );
    socket.send(Buffer.concat([header, question, ...records]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const resolver = new Resolver({ timeout: 30_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return { resolver, stop: () => socket.close() };
}
