"use client";
import { useState } from "react";
import type { FeatureListing, ListItem } from "@/lib/lists/schema";
import { Button } from "../ui/button";
import { ItemRow } from "./item-row";

export interface ListFields {
  name: string;
  description: string;
  testInput: string;
}

interface Props {
  list: FeatureListing;
  onFields: (changed: Partial<ListFields>) => void;
  onNote: (item: ListItem, note: string) => void;
  onMove: (item: ListItem, by: number) => void;
  onTakeOut: (item: ListItem, position: number) => void;
  onDelete: () => void;
  onDone: () => void;
}

/** Everything that can be changed in a list; each change is kept at once. */
export function ListEditor({ list, onFields, onNote, onMove, onTakeOut, onDelete, onDone }: Props) {
  const { name, description, testInput, items } = list;
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-3 rounded-xl border border-line bg-panel p-4 shadow-lift sm:grid-cols-3">
        <Field label="Name" value={name} most={80} required onKeep={(value) => onFields({ name: value })} />
        <Field
          label="Description"
          hint="what they have in common"
          value={description}
          onKeep={(value) => onFields({ description: value })}
        />
        <Field
          label="Text to try them on"
          hint="french fries are salty"
          value={testInput}
          onKeep={(value) => onFields({ testInput: value })}
        />
      </div>
      {items.length > 0 && (
        <ol className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel shadow-lift">
          {items.map((item, i) => (
            <li key={item.ref}>
              <ItemRow item={item}>
                <div className="mt-1.5 flex flex-wrap items-center gap-1.5">
                  <span className="min-w-40 flex-1">
                    <Field
                      label={`Note on ${item.feature?.label ?? item.ref}`}
                      hint="note"
                      quiet
                      value={item.note}
                      onKeep={(note) => onNote(item, note)}
                    />
                  </span>
                  <Button look="ghost" aria-label="Move up" disabled={i === 0} onClick={() => onMove(item, -1)}>
                    ↑
                  </Button>
                  <Button
                    look="ghost"
                    aria-label="Move down"
                    disabled={i === items.length - 1}
                    onClick={() => onMove(item, 1)}
                  >
                    ↓
                  </Button>
                  <Button look="ghost" onClick={() => onTakeOut(item, i)}>
                    Take out
                  </Button>
                </div>
              </ItemRow>
            </li>
          ))}
        </ol>
      )}
      <div className="flex justify-between gap-2">
        <Button look="solid" onClick={onDone}>
          Done
        </Button>
        <Button look="danger" onClick={onDelete}>
          Delete the list
        </Button>
      </div>
    </div>
  );
}

interface FieldProps {
  label: string;
  hint?: string;
  value: string;
  most?: number;
  required?: boolean;
  /** Its label is read out and not shown. */
  quiet?: boolean;
  onKeep: (value: string) => void;
}

/** A line of text that is kept when it is left, or with Enter. */
function Field({ label, hint, value, most = 1000, required, quiet, onKeep }: FieldProps) {
  const [text, setText] = useState(value);
  const leave = () => {
    const next = text.trim();
    if (next === value) return;
    if (next || !required) onKeep(next);
    else setText(value);
  };
  return (
    <label className="flex flex-col gap-1 text-ink-soft text-xs">
      <span className={quiet ? "sr-only" : ""}>{label}</span>
      <input
        placeholder={hint}
        value={text}
        maxLength={most}
        required={required}
        onChange={(event) => setText(event.target.value)}
        onBlur={leave}
        onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        className="h-9 w-full rounded-lg border border-line bg-panel px-3 text-ink text-sm placeholder:text-ink-faint pointer-coarse:h-11"
      />
    </label>
  );
}
