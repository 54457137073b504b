import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

type Bytes = Uint8Array<ArrayBuffer>;

/** A file of the console, in all forms in which it is sent. */
export interface ConsoleFile {
  mediaType: string;
  /** Strong, in quotes, of the bytes without a content coding. */
  etag: string;
  /** Whether its name changes with its content, so that it may be kept for ever. */
  isImmutable: boolean;
  /** By content coding. */
  bodies: { readonly identity: Bytes; readonly br: Bytes | undefined; readonly gzip: Bytes | undefined };
}

/** The build of the console. */
export interface ConsoleFiles {
  page: ConsoleFile;
  /** By path: `/assets/index-….js`. Only what is listed can be asked for, so no path leads out of the folder. */
  assets: ReadonlyMap<string, ConsoleFile>;
}

const mediaTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".png": "image/png",
};

const MOST_FILES = 600;
const MOST_BYTES = 24 * 1024 * 1024;

/**
 * Reads the build of the console once, so that serving it touches no disk; undefined where there is none.
 *
 * @throws Error when the folder holds far more than a console, so that a wrong folder cannot fill the memory.
 */
export function readConsoleFiles(folder: string, host: string): ConsoleFiles | undefined {
  const page = join(folder, "index.html");
  if (!existsSync(page)) return undefined;
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in mediaTypes)
    .map((entry) => join(entry.parentPath, entry.name));
  if (names.length > MOST_FILES) throw tooMuch(folder);
  let total = 0;
  const read = (path: string): Bytes => {
    const bytes = new Uint8Array(readFileSync(path));
    total += bytes.length;
    if (total > MOST_BYTES) throw tooMuch(folder);
    return bytes;
  };
  const assets = names.map((path): [string, ConsoleFile] => {
    const compressed = (end: string) => (existsSync(`${path}${end}`) ? read(`${path}${end}`) : undefined);
    const identity = read(path);
    const file = {
      mediaType: mediaTypes[extname(path)] ?? "application/octet-stream",
      etag: etagOf(identity),
      isImmutable: true,
      bodies: { identity, br: compressed(".br"), gzip: compressed(".gz") },
    };
    return [`/${relative(folder, path).split(sep).join("/")}`, file];
  });
  return { page: pageOf(readFileSync(page, "utf8"), host), assets: new Map(assets) };
}

/** The page knows the reef's own host, under which organizations have their subdomains. */
function pageOf(html: string, host: string): ConsoleFile {
  const escaped = host.replace(/[^\w.:[\]-]/g, "");
  const identity = new Uint8Array(
    Buffer.from(html.replace('name="reef-host" content=""', `name="reef-host" content="${escaped}"`)),
  );
  return {
    mediaType: "text/html; charset=utf-8",
    etag: etagOf(identity),
    isImmutable: false,
    bodies: { identity, br: new Uint8Array(brotliCompressSync(identity)), gzip: new Uint8Array(gzipSync(identity)) },
  };
}

const etagOf = (bytes: Uint8Array): string =>
  `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;

const tooMuch = (folder: string): Error =>
  new Error(`${folder} holds more than a build of the console does. Delete it, and run npm run build:console.`);
