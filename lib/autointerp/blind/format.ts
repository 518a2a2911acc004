/** Words and limits of blind tests; browser safe. */

/** A share of fewer answers says little: lists wait for as many. */
export const FEWEST_ANSWERS = 5;
/** Share that guessing gets right. */
export const CHANCE = 0.5;

export const ROLE_WORDS = { hard: "a near miss", random: "an image drawn at random" } as const;
