import { frameSigningBytes, SIGNING_DOMAIN, SMALL_ORDER_POINTS } from "@reef/proofs";

/**
 * The page's script. The frame is computed by the very function that the reef computes it with, as its own source: it
 * needs nothing but WebCrypto. Texts are set as text, never as HTML, whatever an agent called itself.
 */
export const verifyScript = `"use strict";
const frameSigningBytes = ${frameSigningBytes.toString()};
const SMALL_ORDER_POINTS = new Set(${JSON.stringify([...SMALL_ORDER_POINTS])});

const byId = (id) => document.getElementById(id);
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** The bytes of standard base64, or undefined: a second spelling of the same bytes is none. */
function fromBase64(text) {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether anyone can sign for a key: browsers do not ask. The sign bit does not count. */
const isAnyones = (raw) => SMALL_ORDER_POINTS.has(toHex(raw.with(31, raw[31] & 0x7f)));

/** A round sign for what is right, a square one for what is wrong: the shape tells as well as the word. */
const SHAPES = {
  valid: ["M14 3a11 11 0 1 0 0 22 11 11 0 0 0 0-22z", "M9 14.5l3.5 3.5L19 11"],
  invalid: ["M4 4h20v20H4z", "M10 10l8 8M18 10l-8 8"],
  unknown: ["M14 3l11 11-11 11L3 14z", "M14 9v6M14 18.5v.5"],
};

function drawShape(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 28 28");
  svg.setAttribute("aria-hidden", "true");
  for (const outline of SHAPES[name]) {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", outline);
    svg.append(path);
  }
  return svg;
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Shows an outcome: its shape and word, what follows from it, and the facts. */
function show(box, { shape, word, note, facts = [] }) {
  const verdict = element("p", "", "verdict " + shape);
  verdict.append(drawShape(shape), element("span", word));
  box.replaceChildren(verdict);
  if (note) box.append(element("p", note));
  if (facts.length > 0) {
    const list = document.createElement("dl");
    for (const [name, value, className] of facts) list.append(element("dt", name), element("dd", value, className));
    box.append(list);
  }
  box.hidden = false;
}

async function lookUp(signature) {
  const box = byId("lookup-result");
  box.replaceChildren(element("p", "Looking it up…"));
  box.hidden = false;
  let answer;
  try {
    const response = await fetch("/api/signatures/verify", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ signature }),
    });
    answer = await response.json();
    if (!response.ok) {
      show(box, { shape: "unknown", word: "Not checked", note: answer.detail + " (Request " + answer.requestId + ")" });
      return;
    }
  } catch {
    show(box, { shape: "unknown", word: "Not checked", note: "The reef did not answer. Reload the page to try again." });
    return;
  }
  if (!answer.valid) {
    const note = "No agent of this reef made this signature on request. Copy it whole; or, if it came with its message, nonce and key, check it yourself below.";
    show(box, { shape: "invalid", word: "Not a signature known here", note });
    return;
  }
  const { signer, signedAt, messageHash } = answer;
  show(box, {
    shape: "valid",
    word: "Valid signature",
    facts: [
      ["Signed by", signer.name],
      ["Fingerprint", signer.fingerprint, "mono"],
      ["Public key", signer.publicKey, "mono"],
      ["Signed at", new Date(signedAt).toLocaleString() + " (" + signedAt + ")"],
      ["SHA-256 of message", messageHash, "mono"],
    ],
  });
  byId("own-signature").value = signature;
  byId("own-key").value = signer.publicKey;
}

/** What the form says, checked by this browser alone. */
async function verifyHere() {
  const message = byId("own-message").value;
  const key = byId("own-key").value.trim();
  const raw = key.startsWith("ed25519:") ? fromBase64(key.slice("ed25519:".length)) : undefined;
  const signature = fromBase64(byId("own-signature").value.trim());
  if (raw?.length !== 32) {
    return { shape: "unknown", word: "Not checked", note: "The public key is incomplete: it is ed25519: and the base64 of 32 bytes." };
  }
  if (isAnyones(raw)) {
    return { shape: "invalid", word: "A key that proves nothing", note: "Anyone can make signatures for this key, so it is nobody's." };
  }
  if (signature?.length !== 64) {
    return { shape: "unknown", word: "Not checked", note: "The signature is incomplete: it is the base64 of 64 bytes, 88 characters long." };
  }
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
    return { shape: "unknown", word: "Not checked", note: "Browsers verify signatures only on pages that came by https or from this machine. Open this page by https." };
  }
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
  } catch {
    return { shape: "unknown", word: "Not checked", note: "This browser cannot use the key: either it is no Ed25519 key, or the browser is too old for Ed25519." };
  }
  const frame = await frameSigningBytes(${JSON.stringify(SIGNING_DOMAIN)}, message, byId("own-nonce").value.trim());
  const digits = toHex((await sha256(raw)).subarray(0, 8)).toUpperCase();
  const facts = [
    ["Fingerprint of key", digits.replace(/(.{4})(?=.)/g, "$1-"), "mono"],
    ["SHA-256 of message", toHex(await sha256(new TextEncoder().encode(message))), "mono"],
  ];
  return (await crypto.subtle.verify("Ed25519", imported, signature, frame))
    ? { shape: "valid", word: "Valid signature", note: "Whoever holds this key signed exactly this message with this nonce.", facts }
    : { shape: "invalid", word: "Wrong signature", note: "This key did not sign this message with this nonce. One of the four differs from what was signed.", facts };
}

byId("own").addEventListener("submit", async (event) => {
  event.preventDefault();
  const box = byId("own-result");
  try {
    show(box, await verifyHere());
  } catch (error) {
    show(box, { shape: "unknown", word: "Not checked", note: String(error) });
  }
});

/** A plus sign that a link left as it is arrives as a space; base64 has no spaces. */
const given = new URLSearchParams(location.search).get("signature")?.trim().replaceAll(" ", "+");
if (given) {
  byId("lookup-signature").value = given;
  lookUp(given);
}
`;
