/**
 * The bytes that an agent signs: `domain` ‖ u32be(32) ‖ SHA-256(utf8 message) ‖ u32be(length of nonce) ‖ utf8 nonce.
 *
 * The message is hashed and every part has its length, so no text (line breaks, separators, any script) can be read in
 * two ways, and a signature for one domain is none for another. Isomorphic: only WebCrypto, no Node.
 */
export async function frameSigningBytes(
  domain: string,
  message: string,
  nonce: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const utf8 = new TextEncoder();
  const domainBytes = utf8.encode(domain);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(message)));
  const nonceBytes = utf8.encode(nonce);
  const frame = new Uint8Array(domainBytes.length + 4 + digest.length + 4 + nonceBytes.length);
  const view = new DataView(frame.buffer);
  let offset = 0;
  const append = (bytes: Uint8Array) => {
    frame.set(bytes, offset);
    offset += bytes.length;
  };
  const appendLength = (length: number) => {
    view.setUint32(offset, length);
    offset += 4;
  };
  append(domainBytes);
  appendLength(digest.length);
  append(digest);
  appendLength(nonceBytes.length);
  append(nonceBytes);
  return frame;
}
