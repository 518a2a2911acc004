import { CONCEPTS } from "./concepts";

/** Words that signs can carry. Half of them also exist as pictures, so that the word and the thing can be told apart. */
const PLAIN = `open closed exit enter stop go slow fast sale free new old hot cold wet dry left right up down north south east west
  push pull on off yes no hello bye welcome thanks sorry please danger warning caution quiet loud happy sad angry afraid sleepy sick
  hungry thirsty tired love hate peace war home school work play eat drink sleep run swim read write sing dance cook paint money
  food music movie park beach zoo museum hotel market garden bridge river lake street road day night morning evening summer winter
  monday friday sunday one two three four five six seven eight nine ten red blue green yellow black white`;

const FROM_CONCEPTS = CONCEPTS.filter(
  (c) => ["food", "animal", "vehicle", "sky"].includes(c.group) && !c.name.includes(" ") && c.name.length <= 8,
).map((c) => c.name);

/** Sign words, without repetition; at least 150. "fries" stands for the concept "french fries". */
export const SIGN_WORDS: readonly string[] = [...new Set([...PLAIN.split(/\s+/), "fries", ...FROM_CONCEPTS])];

/** Countries by continent: each name can be written on a map, and each belongs to facts told in text. */
export const CONTINENTS: Record<string, readonly string[]> = {
  "south america": ["chile", "peru", "brazil", "bolivia", "ecuador", "colombia", "argentina", "uruguay", "paraguay"],
  "north america": ["canada", "mexico", "cuba", "panama", "jamaica", "honduras"],
  europe: ["france", "spain", "italy", "poland", "norway", "sweden", "greece", "finland", "austria"],
  africa: ["egypt", "kenya", "ghana", "mali", "chad", "sudan", "angola", "nigeria"],
  asia: ["china", "japan", "india", "nepal", "iran", "laos", "vietnam", "korea"],
};

export const COUNTRIES: readonly string[] = Object.values(CONTINENTS).flat();

/** Continent of a country of the world. */
export function continentOf(country: string): string {
  for (const [continent, list] of Object.entries(CONTINENTS)) if (list.includes(country)) return continent;
  throw new RangeError(`"${country}" is not a country of this world`);
}

/** Fonts that write signs and maps, as files of npm packages (OFL or Apache-2.0). */
export const FONTS: readonly string[] = [
  "@fontsource/roboto/files/roboto-latin-700-normal.woff",
  "@fontsource/lora/files/lora-latin-600-normal.woff",
  "@fontsource/roboto-mono/files/roboto-mono-latin-600-normal.woff",
  "@fontsource/permanent-marker/files/permanent-marker-latin-400-normal.woff",
  "@fontsource/baloo-2/files/baloo-2-latin-600-normal.woff",
];
