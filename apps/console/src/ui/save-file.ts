/** By then the download has taken what it needs. */
const TAKEN_MS = 10_000;

/** Has the browser keep a file under a name. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_MS);
}

/** Records of a table as a file that spreadsheets read (RFC 4180). */
export async function csvOf(records: AsyncIterable<string>): Promise<Blob> {
  const lines: string[] = [];
  for await (const record of records) lines.push(record);
  return new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" });
}
