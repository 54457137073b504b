import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { it } from "node:test";
import { isPublicAddress, resolvePublicAddress } from "./public-address.ts";

it("addresses of this machine, of private networks and of clouds' own services are not public", () => {
  for (const address of [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a00:1",
    "2001::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "localhost",
    "",
  ]) {
    assert.equal(isPublicAddress(address), false, address);
  }
});

it("addresses of the internet are public", () => {
  for (const address of ["1.1.1.1", "8.8.8.8", "172.32.0.1", "192.169.0.1", "223.255.255.255", "2606:4700::1111"]) {
    assert.equal(isPublicAddress(address), true, address);
  }
});

it("a host is not resolved when it is, or its name leads to, an address that is not public", async () => {
  for (const host of ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "localhost", "nothing.invalid"]) {
    assert.equal(await resolvePublicAddress(host), undefined, host);
  }
  const names = {
    "private.example": ["10.1.2.3"],
    "metadata.example": ["169.254.169.254"],
    "loopback.example": ["127.0.0.1"],
    "mixed.example": ["1.1.1.1", "192.168.0.1"],
    "public.example": ["1.1.1.1", "8.8.8.8"],
    "empty.example": [],
  };
  const { resolver, stop } = await startNameServer(names);
  const resolved = [];
  for (const name of Object.keys(names)) resolved.push((await resolvePublicAddress(name, resolver))?.address);
  stop();
  assert.deepEqual(resolved, [undefined, undefined, undefined, undefined, "1.1.1.1", undefined]);
  assert.deepEqual(await resolvePublicAddress("1.1.1.1"), { address: "1.1.1.1", family: 4 });
  assert.deepEqual(await resolvePublicAddress("[2606:4700::1111]"), { address: "2606:4700::1111", family: 6 });
});

/** A name server on this machine that knows these names and no IPv6 (RFC 1035). */
async function startNameServer(names: Record<string, string[]>) {
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
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return { resolver, stop: () => socket.close() };
}
