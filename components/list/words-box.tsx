"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { featureNamed } from "@/lib/features/list/format";
import { Link } from "../ui/link";

interface Props {
  saeRef: string;
  value: string;
  onChange: (words: string) => void;
}

/** Words that labels must have; what names a feature (a number, `sae/index`, a link) can be opened with Enter. */
export function WordsBox({ saeRef, value, onChange }: Props) {
  const router = useRouter();
  // A path is never part of a label: it stays in the box and filters nothing.
  const [path, setPath] = useState("");
  const text = path || value;
  const named = featureNamed(text, saeRef);
  const change = (next: string) => {
    const isPath = next.includes("/") && featureNamed(next, saeRef) !== null;
    setPath(isPath ? next : "");
    const words = isPath ? "" : next;
    if (words !== value) onChange(words);
  };
  return (
    <div className="relative min-w-52 flex-1 sm:max-w-60">
      <input
        type="search"
        aria-label="Filter by words in the label; a number, sae/index or a link opens that feature with Enter"
        placeholder="words, #number or link"
        value={text}
        onChange={(event) => change(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && named) router.push(`/${named}`);
        }}
        className="h-9 w-full rounded-lg border border-line bg-panel px-3 text-sm placeholder:text-ink-faint pointer-coarse:h-11"
      />
      <div aria-live="polite">
        {named && (
          <Link
            href={`/${named}`}
            className="absolute top-full left-0 z-20 mt-1 flex min-h-9 w-max min-w-full max-w-[80vw] items-center justify-between gap-2 rounded-lg border border-line bg-panel px-3 text-sm shadow-lift hover:border-line-strong pointer-coarse:min-h-11"
          >
            <span className="truncate">
              Open <span className="font-mono text-xs">{named.split("/").slice(-2).join("/")}</span>
            </span>
            <kbd className="text-2xs text-ink-faint pointer-coarse:hidden">Enter</kbd>
          </Link>
        )}
      </div>
    </div>
  );
}
