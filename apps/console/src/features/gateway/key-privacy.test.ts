import assert from "node:assert/strict";
import { it } from "node:test";
import { cacheModeOf, cacheWith, describeCache, describeCapture, usualCapture } from "./key-privacy.ts";

it("another way of caching keeps how long and how alike, and no caching is null", () => {
  const kept = { exact: true, semantic: { threshold: 0.9 }, ttlSeconds: 600 };
  assert.deepEqual(cacheWith(kept, "semantic"), kept);
  assert.deepEqual(cacheWith(kept, "exact"), { ...kept, semantic: null });
  assert.equal(cacheWith(kept, "never"), null);
  assert.deepEqual([cacheModeOf(null), cacheModeOf(kept)], ["never", "semantic"]);
  assert.deepEqual(cacheWith(null, "semantic"), { exact: true, semantic: { threshold: 0.95 }, ttlSeconds: 3_600 });
});

it("says in words what is kept, and what is given again", () => {
  assert.equal(describeCapture(null), "Not kept");
  assert.equal(describeCapture(usualCapture), "Kept for 30 days, with all that is recognized taken out");
  assert.equal(
    describeCapture({ retentionDays: 1, redact: ["email", "iban"] }),
    "Kept for 1 day, without e-mail addresses and IBANs",
  );
  assert.equal(describeCapture({ retentionDays: 2, redact: [] }), "Kept for 2 days, with nothing taken out");
  assert.equal(describeCache({ exact: true, semantic: null, ttlSeconds: 3_600 }), "To the same request, for an hour");
  assert.equal(
    describeCache({ exact: false, semantic: { threshold: 0.9 }, ttlSeconds: 7 }),
    "To nearly the same question (0.9 alike), for 7 seconds",
  );
});
