import type { Receipt } from "@/lib/features/schema";
import { TokenStrip } from "../viz/token-strip";
import { roleWords } from "./receipt-card";

/** Simulation: a text twice, with what the feature does at each token and with what was foretold. */
export function ReceiptText({ receipt: { simulated, role } }: { receipt: Receipt }) {
  if (!simulated) return null;
  const { tokens, actual, predicted } = simulated;
  return (
    <div className="rounded-lg border border-line p-3">
      <p className="mb-2 text-xs">{roleWords(role)}</p>
      <dl className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-2 gap-y-1 text-xs">
        <dt className="pt-1.5 text-ink-faint">did</dt>
        <dd>
          <Strip tokens={tokens} values={actual} />
        </dd>
        <dt className="pt-1.5 text-ink-faint">foretold</dt>
        <dd>
          {predicted ? (
            <Strip tokens={tokens} values={predicted} />
          ) : (
            <span className="text-bad">could not be read</span>
          )}
        </dd>
      </dl>
    </div>
  );
}

/** Values of 0 to 10. */
function Strip({ tokens, values }: { tokens: readonly string[]; values: readonly number[] }) {
  const peakAt = values.reduce((best, v, i) => (v > (values[best] ?? 0) ? i : best), -1);
  return <TokenStrip tokens={tokens} values={values} aRef={10} peakAt={peakAt} color={() => "var(--text-hue)"} />;
}
