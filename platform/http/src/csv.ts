/** What begins with one of these a spreadsheet may take for a formula, and run (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** One record of a CSV file without its end (RFC 4180); null is an empty field. Texts that look like formulas are disarmed. */
export const csvRecord = (fields: readonly (string | number | boolean | null)[]): string =>
  fields.map((field) => (typeof field === "string" ? csvText(field) : String(field ?? ""))).join(",");

function csvText(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
