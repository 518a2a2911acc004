"use client";
import { useEffect, useState } from "react";
import { NAME_LENGTH } from "@/lib/steering/recipes/format";
import { Button } from "../ui/button";
import { FetchProblem } from "../ui/fetch-json";

interface Props {
  /** A name to start from. */
  suggested: string;
  /** Names that are taken: saving under one of them replaces that recipe. */
  taken: readonly string[];
  /** Why the desk cannot be saved as it is. */
  lacks: string | undefined;
  onSave: (name: string) => Promise<void>;
}

/** "Saved" is said for so long: the desk moves on from what was saved. */
const SAID_MS = 4000;

/** Keeps the desk under a name: a button that turns into a field for it. */
export function SaveRecipe({ suggested, taken, lacks, onSave }: Props) {
  const [name, setName] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const open = name !== null;
  useEffect(() => {
    if (open || said === "") return;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [open, said]);
  const close = (words = "") => {
    setName(null);
    setSaid(words);
  };
  if (name === null) {
    return (
      <span className="flex items-center gap-2">
        <span role="status" className="text-ink-faint text-xs">
          {said}
        </span>
        <Button disabled={lacks !== undefined} title={lacks} onClick={() => setName(suggested)}>
          Save as recipe
        </Button>
      </span>
    );
  }
  const replaces = taken.includes(name.trim());
  const save = async () => {
    setBusy(true);
    try {
      await onSave(name.trim());
      close(replaces ? "Replaced" : "Saved");
    } catch (error) {
      setSaid(error instanceof FetchProblem ? error.message : "It was not saved.");
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      aria-label="Save as recipe"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "" && !busy) void save();
      }}
      onKeyDown={(event) => event.key === "Escape" && close()}
      className="flex min-w-0 flex-wrap items-center gap-2 max-sm:basis-full"
    >
      <input
        aria-label="Name of the recipe"
        // biome-ignore lint/a11y/noAutofocus: the button that was pressed has become this field
        autoFocus
        onFocus={(event) => event.target.select()}
        value={name}
        maxLength={NAME_LENGTH}
        onChange={(event) => {
          setName(event.target.value);
          setSaid("");
        }}
        className="h-9 min-w-0 flex-1 basis-28 rounded-lg sm:w-56 sm:flex-none sm:basis-auto border border-line bg-panel px-2.5 text-sm pointer-coarse:h-11 pointer-coarse:text-base"
      />
      <Button type="submit" look="solid" disabled={name.trim() === "" || busy}>
        {replaces ? "Replace" : "Save"}
      </Button>
      <Button look="ghost" onClick={() => close()}>
        Cancel
      </Button>
      {said && (
        <p role="alert" className="basis-full text-bad text-xs">
          {said}
        </p>
      )}
    </form>
  );
}
