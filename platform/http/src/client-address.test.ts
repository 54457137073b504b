import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { networkOf } from "./client-address.ts";
import { createLimits } from "./limits.ts";

describe("the address that counts", () => {
  it("all addresses of an IPv6 network of 64 bits are one, however they are written", () => {
    for (const [address, network] of [
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:DB8:1:2::6", "2001:db8:1:2::/64"],
      ["2001:0db8:0001:0002::", "2001:db8:1:2::/64"],
      ["2001:db8::5:6", "2001:db8:0:0::/64"],
      ["2001:db8:1:2::1.2.3.4", "2001:db8:1:2::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["::ffff:10.0.0.1", "10.0.0.1"],
      ["10.0.0.1", "10.0.0.1"],
      ["unknown", "unknown"],
    ] as const) {
      assert.equal(networkOf(address), network);
    }
  });

  it("who has a whole network has one budget in it", async () => {
    const limits = createLimits(1);
    const take = (address: string) => limits.take("recover", address, false);
    for (let index = 0; index < 5; index += 1) assert.ok((await take(`2001:db8:1:2::${index}`)).allowed);
    assert.equal((await take("2001:db8:1:2:aaaa::1")).allowed, false);
    assert.equal((await take("2001:db8:1:3::1")).allowed, true);
  });
});
