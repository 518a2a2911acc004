import { expect, it } from "vitest";
import { toCsv } from "./list-csv";

it("quotes what CSV needs quoted, and leaves no formula", () => {
  const feature = {
    label: 'a "b", c',
    kind: null,
    status: "explained",
    density: 0.01,
    max: 4,
    scores: { detection: null, localisation: null },
  };
  const item = { ref: "m/s/1", note: "=HYPERLINK(1)", feature } as never;
  expect(toCsv([item]).split("\r\n")).toEqual([
    "ref,label,kind,status,density,max,detection,note",
    `m/s/1,"a ""b"", c",,explained,0.01,4,,'=HYPERLINK(1)`,
  ]);
});
