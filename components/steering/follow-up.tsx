"use client";
import { useState } from "react";
import { Button } from "../ui/button";
import { Segmented } from "../ui/segmented";

interface Props {
  answers: { untouched: string; steered: string };
  /** Goes on with the chosen answer and a further question. */
  onAsk: (answer: string, question: string) => void;
}

/** The conversation goes on, under the same steering. */
export function FollowUp({ answers, onAsk }: Props) {
  const [text, setText] = useState("");
  const [from, setFrom] = useState<keyof typeof answers>("steered");
  const ask = () => {
    if (text.trim() === "") return;
    onAsk(answers[from].trim(), text.trim());
    setText("");
  };
  return (
    <form
      aria-label="Go on"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
      className="flex flex-wrap items-center gap-2"
    >
      <input
        aria-label="Ask on, keeping the steering"
        placeholder="Ask on, keeping the steering"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-9 min-w-0 flex-1 basis-56 rounded-lg border border-line bg-panel px-3 text-sm placeholder:text-ink-faint pointer-coarse:h-11 pointer-coarse:text-base"
      />
      {text.trim() !== "" && answers.untouched !== answers.steered && (
        <span className="flex items-center gap-1.5 text-ink-faint text-xs">
          after
          <Segmented
            label="Answer to go on from"
            value={from}
            onChange={setFrom}
            segments={[
              { value: "steered", label: "steered" },
              { value: "untouched", label: "untouched" },
            ]}
          />
        </span>
      )}
      <Button type="submit" disabled={text.trim() === ""}>
        Ask on
      </Button>
    </form>
  );
}
