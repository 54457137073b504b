import assert from "node:assert/strict";
import { it } from "node:test";
import { startNameServer } from "@reef/testing";
import {
  createPublicLookup,
  isPublicAddress,
  PrivateAddressError,
  resolveHost,
  resolvePublicAddress,
} from "./public-address.ts";

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

it("a host that has no address at all is told from one whose addresses are not all public", async () => {
  const { resolver, stop } = await startNameServer({ "private.example": ["10.0.0.1"], "open.example": ["1.1.1.1"] });
  const answers = [];
  for (const host of ["private.example", "open.example", "none.example", "[::ffff:127.0.0.1]"]) {
    const { isKnown, publicAddresses } = await resolveHost(host, resolver);
    answers.push([isKnown, publicAddresses.length]);
  }
  stop();
  assert.deepEqual(answers, [
    [true, 0],
    [true, 1],
    [false, 0],
    [true, 0],
  ]);
});

it("a socket's look-up gives public addresses alone, one or all as it is asked, and else fails", async () => {
  const { resolver, stop } = await startNameServer({
    "mixed.example": ["1.1.1.1", "127.0.0.1"],
    "open.example": ["1.1.1.1", "8.8.8.8"],
  });
  const lookup = createPublicLookup(resolver);
  const ask = (host: string, all: boolean) =>
    new Promise((resolve) => lookup(host, { all }, (error, ...found) => resolve(error ?? found)));
  const mixed = await ask("mixed.example", true);
  const none = await ask("none.example", false);
  const one = await ask("open.example", false);
  const all = await ask("open.example", true);
  stop();
  assert.ok(mixed instanceof PrivateAddressError);
  assert.ok(none instanceof PrivateAddressError);
  assert.deepEqual(one, ["1.1.1.1", 4]);
  assert.deepEqual(all, [
    [
      { address: "1.1.1.1", family: 4 },
      { address: "8.8.8.8", family: 4 },
    ],
  ]);
});
