/** See console-stamp.mjs. */
export declare const STAMP_FILE: string;
export declare function consoleStamp(): string;
