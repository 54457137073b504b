const whole = new Intl.NumberFormat("en-US");
const money = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});

/** `1,234,567` */
export const count = (amount: number): string => whole.format(amount);

/** Micro-dollars as dollars, to the last of them: `$1.25`, `$0.000042`. */
export const dollarsOf = (micros: number): string => money.format(micros / 1_000_000);
