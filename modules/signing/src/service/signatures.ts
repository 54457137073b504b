const SIGNATURE_BYTES = 64;

/**
 * The one spelling of a signature in standard base64, or undefined when the text is none. A spelling without padding, or
 * of the URL alphabet, becomes the same text, so a signature that was accepted is found again however it is written.
 */
export function canonicalSignature(text: string): string | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === SIGNATURE_BYTES ? bytes.toString("base64") : undefined;
}
