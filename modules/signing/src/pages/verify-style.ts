/** The page's style: ink on paper in both themes, one accent; right and wrong differ by word and shape before colour. */
export const verifyStyle = `:root {
  color-scheme: light dark;
  --paper: light-dark(oklch(98.5% 0.004 200), oklch(19% 0.012 220));
  --raised: light-dark(oklch(100% 0 0), oklch(23% 0.014 220));
  --ink: light-dark(oklch(24% 0.02 220), oklch(93% 0.008 200));
  --quiet: light-dark(oklch(47% 0.02 220), oklch(73% 0.015 210));
  --line: light-dark(oklch(87% 0.01 210), oklch(36% 0.018 220));
  --accent: light-dark(oklch(43% 0.085 205), oklch(78% 0.1 195));
  --on-accent: light-dark(oklch(99% 0 0), oklch(19% 0.02 220));
  --wrong: light-dark(oklch(50% 0.17 28), oklch(76% 0.13 30));
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font: 16px/1.5 system-ui, sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); }
main { max-width: 72ch; margin: 0 auto; padding: 32px 16px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 8px; text-wrap: balance; }
h2 { font-size: 20px; line-height: 1.3; margin: 0; }
section { margin-top: 32px; padding-top: 24px; border-top: 1px solid var(--line); }
p { margin: 8px 0 16px; color: var(--quiet); }
code { font: 14px/1.5 var(--mono); }
form { display: grid; gap: 4px; }
label { font-size: 14px; font-weight: 600; margin-top: 12px; }
small { font-size: 13px; color: var(--quiet); }
input, textarea {
  width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--raised); color: inherit; font: 14px/1.5 var(--mono);
}
textarea { resize: vertical; }
::placeholder { color: var(--quiet); opacity: 1; }
button {
  justify-self: start; min-height: 44px; margin-top: 16px; padding: 8px 20px; border: 0; border-radius: 8px;
  background: var(--accent); color: var(--on-accent); font: 600 16px/1.5 system-ui, sans-serif; cursor: pointer;
}
button:disabled { opacity: 0.6; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[role="status"] {
  margin-top: 24px; padding: 16px; border: 1px solid var(--line); border-radius: 8px; background: var(--raised);
}
[role="status"] p:last-child { margin-bottom: 0; }
.verdict { display: flex; align-items: center; gap: 12px; margin: 0; color: var(--ink); font-size: 20px; font-weight: 600; }
.verdict svg { flex: none; width: 28px; height: 28px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.valid svg { color: var(--accent); }
.invalid svg { color: var(--wrong); }
dl { display: grid; grid-template-columns: 10.5rem 1fr; gap: 8px 16px; margin: 16px 0 0; }
dt { font-size: 14px; color: var(--quiet); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
dd.mono { font: 14px/1.6 var(--mono); font-variant-numeric: tabular-nums; }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 12px; }
}
`;
