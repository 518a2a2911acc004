"use client";
import { useRef, useState } from "react";
import { buttonClass } from "./button";

interface Props {
  label: string;
  /** Text to copy; the page's own address when left out. */
  text?: string;
  keys?: string;
}

/** Copies a text and says so. Falls back to a selected field where the clipboard is not allowed (plain http). */
export function CopyButton({ label, text, keys }: Props) {
  const [said, setSaid] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const copy = async () => {
    const value = text ?? window.location.href;
    const done = await navigator.clipboard?.writeText(value).then(
      () => true,
      () => false,
    );
    if (!done) window.prompt("Copy this", value);
    setSaid("Copied");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(""), 1600);
  };
  return (
    <button
      type="button"
      className={buttonClass("outline")}
      onClick={copy}
      data-key={keys}
      data-key-label={label.toLowerCase()}
    >
      <span aria-live="polite">{said || label}</span>
    </button>
  );
}
