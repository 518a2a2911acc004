"use client";
import type { Desk } from "@/lib/steering/desk/types";
import { NumberField } from "../lab/number-field";
import type { ChangeDesk } from "./use-desk";

/** How both answers are drawn: the same seed for both, greedy at temperature 0. */
export function Sampling({ desk, change }: { desk: Desk; change?: ChangeDesk }) {
  const { seed, temp, len } = desk;
  if (!change) {
    return (
      <p className="nums text-xs text-ink-faint">
        seed {seed} · temperature {temp}
        {temp === 0 && " (greedy)"} · at most {len} tokens
      </p>
    );
  }
  return (
    <div
      className="grid grid-cols-3 gap-2"
      title="Both answers share the seed; at temperature 0 the likeliest token is taken."
    >
      <NumberField
        label="seed"
        shown
        whole
        min={0}
        max={0x7fffffff}
        step={1}
        value={seed}
        onChange={(x) => change({ seed: x })}
      />
      <NumberField
        label="temperature"
        shown
        min={0}
        max={2}
        step={0.1}
        value={temp}
        onChange={(x) => change({ temp: x })}
      />
      <NumberField
        label="length"
        shown
        whole
        min={1}
        max={512}
        step={1}
        value={len}
        onChange={(x) => change({ len: x })}
      />
    </div>
  );
}
