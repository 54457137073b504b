/** The mark of an agent: a sea shell drawn from its key, as SVG paths and as text. */
export {
  drawShell,
  SHELL_SIZE,
  type Shell,
  type ShellShape,
  shellOfFingerprint,
  shellPath,
} from "./shell/draw-shell.ts";
export { rasterizeShell, shellText } from "./shell/shell-text.ts";
