import { encodeQR } from "qr";
import { type ReactNode, useMemo } from "react";

interface QrCodeProps {
  text: string;
  /** What it holds, for those who do not see it. */
  label: string;
}

/** A text as a QR code: dark on light in both themes, since some cameras read it no other way. */
export function QrCode({ text, label }: QrCodeProps): ReactNode {
  const { size, path } = useMemo(() => drawQr(text), [text]);
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges" className="size-44">
      <rect width={size} height={size} rx="1.5" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** One path of all dark modules, row by row, with the quiet zone around that readers need. */
function drawQr(text: string): { size: number; path: string } {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const path = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return { size: rows.length, path };
}
