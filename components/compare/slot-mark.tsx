import { pinLook } from "../viz/pin-colors";

/** The number of a compared feature in its hue, with its kind of line around it. */
export function SlotMark({ slot, small }: { slot: number; small?: boolean }) {
  const { color, dash } = pinLook(slot);
  return (
    <span
      className={`nums inline-grid shrink-0 place-items-center rounded-full border font-semibold ${small ? "size-4 text-[0.6rem]" : "size-6 text-xs"}`}
      style={{ background: color, color: "#111", borderColor: "#111", borderStyle: dash ? "dashed" : "solid" }}
      aria-hidden="true"
    >
      {slot + 1}
    </span>
  );
}
