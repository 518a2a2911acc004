"use client";
import { formatShare } from "@/lib/features/format";
import { MAX_FEATURES } from "@/lib/steering/desk/format";
import type { Desk, Turned } from "@/lib/steering/desk/types";
import type { DeskFeature } from "@/lib/steering/types";
import { Link } from "../ui/link";
import { FeatureAdd } from "./feature-add";
import { FeatureRow } from "./feature-row";
import { UNIT_WORDS } from "./strength";
import type { ChangeDesk } from "./use-desk";
import type { KnownFeature } from "./use-known";
import { WhereControl } from "./where-select";

interface Props {
  desk: Desk;
  known: (ref: string) => KnownFeature;
  /** Of the steered answer, once there is one that belongs to this desk. */
  normShare: number | undefined;
  withImage: boolean;
  /** Where features are looked for that reach a goal. */
  searchHref?: string;
  /** Absent: only shown. */
  change?: ChangeDesk;
  onLearn?: (ref: string, row: DeskFeature) => void;
}

/** The features that are turned. */
export function Features({ desk, known, normShare, withImage, searchHref, change, onLearn }: Props) {
  const { features, model } = desk;
  const replace = (i: number, turned: Turned) => {
    const before = features[i] as Turned;
    const control = before.method === turned.method && before.where === turned.where ? `strength ${i}` : undefined;
    change?.({ features: features.map((old, j) => (j === i ? turned : old)) }, control);
  };
  const add = (ref: string, row?: DeskFeature) => {
    if (row) onLearn?.(`${model}/${ref}`, row);
    if (features.some((f) => f.ref === ref) || features.length >= MAX_FEATURES) return;
    change?.({ features: [...features, { ref, strength: 2, method: "add", where: null }] });
  };
  return (
    <section aria-label="Features" className="rounded-xl border border-line bg-panel shadow-lift">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3 pb-2">
        <h2 className="font-semibold text-sm">Features</h2>
        {change && (
          <div className="flex min-w-0 flex-1 basis-72 flex-wrap items-center justify-end gap-x-4 gap-y-1">
            {searchHref && (
              <Link href={searchHref} className="rounded py-1 text-accent text-sm underline underline-offset-2">
                Search features for me
              </Link>
            )}
            <div className="min-w-0 flex-1 basis-72 sm:max-w-md">
              <FeatureAdd model={model} onAdd={add} />
            </div>
          </div>
        )}
      </div>
      {features.length > 0 && (
        <ul className="divide-y divide-line border-line border-t" aria-label="Features on the desk">
          {features.map((turned, i) => (
            <FeatureRow
              key={`${turned.ref} ${i}`}
              turned={turned}
              desk={desk}
              known={known(`${model}/${turned.ref}`)}
              normShare={features.length === 1 ? normShare : undefined}
              {...(change && {
                onChange: (next: Turned) => replace(i, next),
                onRemove: () => change({ features: features.filter((_, j) => j !== i) }),
              })}
            />
          ))}
        </ul>
      )}
      {features.length > 1 && normShare !== undefined && (
        <p className="nums border-line border-t px-4 py-2 text-ink-faint text-xs">
          Together {formatShare(normShare)} of the hidden norm, where it is changed.
        </p>
      )}
      {change && features.length > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line border-t px-4 py-2.5">
          <WhereControl value={desk.where} withImage={withImage} onChange={(where) => change({ where })} />
          <label className="flex items-center gap-1.5 text-ink-soft text-xs">
            unit
            <select
              value={desk.unit}
              onChange={(event) => change({ unit: event.target.value as Desk["unit"] })}
              title="ref: the 99.9th percentile of a feature's activations; max: the largest; raw: the model's own numbers"
              className="h-7 rounded-lg border border-line bg-panel px-1.5 text-ink text-xs pointer-coarse:h-11"
            >
              {Object.entries(UNIT_WORDS).map(([unit, words]) => (
                <option key={unit} value={unit}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
    </section>
  );
}
