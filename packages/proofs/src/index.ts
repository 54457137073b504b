/** The formats that a client and a reef must compute alike. Isomorphic: no Node, no input or output. */
export { frameSigningBytes } from "./signing-frame.ts";
