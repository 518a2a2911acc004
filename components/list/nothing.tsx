"use client";
import { counted, formatScore } from "@/lib/features/format";
import { Button } from "../ui/button";
import { Empty } from "../ui/note";

interface Props {
  narrowed: readonly string[];
  params: URLSearchParams;
  /** How many features would pass without each filter, where that is known. */
  without: Record<string, number> | undefined;
  relax: (name: string) => void;
  reset: () => void;
}

/** Says that the filters leave nothing, and offers to drop the tightest one or all. */
export function Nothing({ narrowed, params, without, relax, reset }: Props) {
  const tightest = Object.entries(without ?? {}).sort(([, a], [, b]) => b - a)[0];
  const name = tightest && tightest[1] > 0 ? tightest[0] : narrowed.at(-1);
  const value = name ? params.get(name) : "";
  const shown = value?.endsWith("..") ? `≥ ${formatScore(Number(value.slice(0, -2)))}` : value;
  const gain = name && without?.[name] ? `: ${counted(without[name], "feature")}` : "";
  return (
    <Empty
      title="No feature passes"
      action={
        <>
          {name && (
            <Button onClick={() => relax(name)}>
              Drop {name} {shown}
              {gain}
            </Button>
          )}
          {narrowed.length > 1 && <Button onClick={reset}>Drop all filters</Button>}
        </>
      }
    >
      {narrowed.length > 0
        ? `The filters together leave nothing${name ? `; the tightest is ${name} ${shown}` : ""}.`
        : "This SAE has no features yet: they come when its evidence is collected."}
    </Empty>
  );
}
