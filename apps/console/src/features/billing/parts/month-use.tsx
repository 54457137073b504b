import type { BillingPeriod, Subscription } from "@reef/sdk";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { formatCount, formatDollars, shareOfLimit } from "../../../ui/amounts.ts";
import { Time } from "../../../ui/time.tsx";
import { formatMoney } from "../billing-words.ts";
import { planBudgetQuery } from "../queries.ts";

/** Nine tenths are worth a warning. */
const WARN_AT = 0.9;

interface MonthUseProps {
  subscription: Subscription;
  /** The month as it was summed up last. */
  period: BillingPeriod | undefined;
}

/** What was used of the month's allowance, as bars that say the same in words. */
export function MonthUse({ subscription: { plan }, period }: MonthUseProps): ReactNode {
  const { data: budget } = useQuery(planBudgetQuery);
  const summed = { tokens: (period?.inputTokens ?? 0) + (period?.outputTokens ?? 0), micros: period?.costMicros ?? 0 };
  const used = { tokens: budget?.usedTokens ?? summed.tokens, micros: budget?.usedMicros ?? summed.micros };
  const isLive = budget !== undefined && budget !== null;
  const mayGoOn = plan.atLimit === "charge";
  return (
    <div className="flex flex-col gap-4">
      <Used used={used.tokens} limit={plan.allowanceTokens} say={formatCount} unit="tokens" mayGoOn={mayGoOn} />
      {(plan.allowanceMicros !== null || used.micros > 0) && (
        <Used used={used.micros} limit={plan.allowanceMicros} say={formatDollars} unit="for models" mayGoOn={mayGoOn} />
      )}
      {period !== undefined && period.overageCents > 0 && (
        <p className="text-13">
          {formatCount(period.overageTokens)} tokens beyond the allowance:{" "}
          <b className="font-medium">{formatMoney(period.overageCents, period.currency)}</b>, with the next invoice.
        </p>
      )}
      {!isLive && period?.rolledUpAt && (
        <p className="text-12 text-muted">
          Summed up <Time value={period.rolledUpAt} />.
        </p>
      )}
    </div>
  );
}

interface UsedProps {
  used: number;
  limit: number | null;
  say: (amount: number) => string;
  /** After the amount: "tokens". */
  unit: string;
  /** What goes beyond is charged, and stops nothing. */
  mayGoOn: boolean;
}

function Used({ used, limit, say, unit, mayGoOn }: UsedProps): ReactNode {
  if (limit === null) {
    return (
      <p className="text-14">
        {say(used)} <span className="text-muted">{unit} this month, which the plan does not limit</span>
      </p>
    );
  }
  const share = shareOfLimit(used, limit);
  const isBeyond = share >= 1;
  const fill = isBeyond && !mayGoOn ? "fill-bad" : share >= WARN_AT ? "fill-warn" : "fill-accent";
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4 text-14">
        <span>
          {say(used)}{" "}
          <span className="text-muted">
            of {say(limit)} {unit} this month
          </span>
        </span>
        <span className="text-13 text-muted">
          {isBeyond ? (
            <b className={mayGoOn ? "font-medium text-warn" : "font-medium text-bad"}>
              {mayGoOn ? "Beyond the allowance, and charged" : "Used up: calls are refused"}
            </b>
          ) : (
            `${Math.floor(share * 100)} % used`
          )}
        </span>
      </p>
      <svg width="100%" height="8" aria-hidden className="block overflow-hidden rounded-full">
        <rect width="100%" height="8" className="fill-sunken" />
        <rect width={`${Math.min(1, share) * 100}%`} height="8" className={fill} />
      </svg>
    </div>
  );
}
