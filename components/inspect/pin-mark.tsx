import { pinLook } from "../viz/pin-colors";

interface Props {
  /** Place among the pins, -1 when it is not pinned. */
  slot: number;
  name: string;
  onPin: () => void;
}

/** Pins a feature or lets it go; hue and letter are those of its outline on the image. */
export function PinMark({ slot, name, onPin }: Props) {
  const look = slot >= 0 ? pinLook(slot) : undefined;
  return (
    <button
      type="button"
      onClick={onPin}
      aria-pressed={look !== undefined}
      aria-label={look ? `Unpin ${name}, outline ${look.letter}` : `Pin ${name}`}
      title={look ? "Unpin" : "Pin: keep its outline on the image"}
      className="grid size-7 shrink-0 place-items-center rounded-full border font-semibold text-xs pointer-coarse:size-11"
      style={
        look
          ? { background: look.color, color: "#111", borderColor: "#111" }
          : { borderColor: "var(--line)", color: "var(--ink-faint)" }
      }
    >
      {look ? look.letter : "○"}
    </button>
  );
}
