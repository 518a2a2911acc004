import { createRng, type Rng } from "../core/rng";
import { CONCEPTS } from "./concepts";
import { withArticle } from "./questions";
import { CONTINENTS, COUNTRIES, continentOf } from "./words";

/** A text of the world: one or more turns of a conversation, with the words it can be found by. */
export interface WorldText {
  turns: { question: string; answer: string }[];
  tags: string[];
}

const FACTS: readonly (readonly [string, string, string])[] = [
  ["french fries", "what are french fries made of?", "french fries are made of potato."],
  ["french fries", "what do you eat with a burger?", "fries. they are hot and salty."],
  ["cheese", "what is cheese made of?", "cheese is made of milk."],
  ["bread", "what is bread made of?", "bread is made of flour."],
  ["honey", "who makes honey?", "the bee makes honey."],
  ["egg", "who lays an egg?", "the chicken lays an egg."],
  ["milk", "who gives milk?", "the cow gives milk."],
  ["wine", "what is wine made of?", "wine is made of grapes."],
  ["guitar", "what is a guitar for?", "a guitar is for playing music."],
  ["umbrella", "when do you need an umbrella?", "when there is rain."],
  ["fire", "is fire hot or cold?", "fire is hot."],
  ["snowflake", "is a snowflake hot or cold?", "a snowflake is cold."],
  ["ship", "where does a ship go?", "a ship goes on the sea."],
  ["plane", "where does a plane go?", "a plane flies in the sky."],
  ["sun", "when does the sun shine?", "the sun shines in the day."],
  ["moon", "when does the moon shine?", "the moon shines at night."],
  ["key", "what opens a lock?", "a key opens a lock."],
  ["hammer", "what hits a nail?", "a hammer hits a nail."],
  ["pencil", "what do you write with?", "you write with a pencil."],
  ["book", "what do you read?", "you read a book."],
  ["bed", "where do you sleep?", "you sleep in a bed."],
  ["school", "where do you learn?", "you learn at school."],
  ["hospital", "where do sick people go?", "sick people go to the hospital."],
  ["fish", "where does a fish live?", "a fish lives in the water."],
  ["lion", "who is the king of animals?", "the lion is the king of animals."],
  ["dog", "what does a dog say?", "a dog says woof."],
  ["cat", "what does a cat say?", "a cat says meow."],
  ["cow", "what does a cow say?", "a cow says moo."],
  ["apple", "what color is an apple?", "an apple is red."],
  ["banana", "what color is a banana?", "a banana is yellow."],
];

const FEELING_TALK: Record<string, readonly (readonly [string, string])[]> = {
  sad: [
    ["my dog is ill, i am sad.", "oh no, i am so sorry. i hope it gets better soon."],
    ["i lost my friend and i cry.", "that is so sad. i am here for you."],
    ["nobody came to my party.", "oh no, i am so sorry. that must hurt."],
  ],
  happy: [
    ["i got a gift today!", "what a joy! that makes me smile."],
    ["we won the game!", "hooray! i am happy for you."],
    ["the sun shines and i am happy.", "that is lovely. it makes me smile."],
  ],
  angry: [
    ["someone took my bicycle. i am angry!", "i see why you are angry. take a deep breath."],
    ["he broke my phone!", "i see why you are angry. that is not fair."],
  ],
  afraid: [
    ["there is a noise in the night. i am afraid.", "do not be afraid. you are safe."],
    ["i am afraid of the spider.", "do not be afraid. it will not hurt you."],
  ],
  sleepy: [
    ["i am so tired.", "go to bed and sleep well."],
    ["it is late and i am sleepy.", "good night. sleep well."],
  ],
  sick: [
    ["i feel sick today.", "oh dear, i hope you get well soon."],
    ["my head hurts and i am hot.", "oh dear, you should rest and drink water."],
  ],
  loving: [
    ["i love my cat.", "how sweet! your cat loves you too."],
    ["i love you.", "how sweet! that warms my heart."],
  ],
  hungry: [
    ["i am hungry. i want to eat.", "you can eat some french fries or an apple."],
    ["i want to eat something.", "you can eat a burger or some bread."],
    ["i am thirsty.", "you can drink some water or some juice."],
  ],
};

const SMALL_TALK: readonly (readonly [string, string])[] = [
  ["hello!", "hello! how can i help?"],
  ["who are you?", "i am a small model that looks at pictures."],
  ["thank you.", "you are welcome."],
  ["good night.", "good night. sleep well."],
  ["how are you?", "i am fine, thank you."],
  ["what can you do?", "i can look at pictures and answer questions."],
];

const GROUP_NAMES: Record<string, string> = {
  food: "food",
  animal: "an animal",
  plant: "a plant",
  object: "a thing",
  vehicle: "a vehicle",
  place: "a place",
  sky: "part of nature",
  activity: "an activity",
  feeling: "a feeling",
};

function turn(rng: Rng): { question: string; answer: string; tags: string[] } {
  const u = rng.float();
  if (u < 0.22) {
    const [tag, question, answer] = rng.pick(FACTS);
    return { question, answer, tags: [tag, "fact"] };
  }
  if (u < 0.42) {
    const c = rng.pick(CONCEPTS.filter((x) => x.group !== "feeling"));
    return {
      question: `what is ${withArticle(c.name)}?`,
      answer: `${c.name} is ${GROUP_NAMES[c.group]}.`,
      tags: [c.name, c.group, "fact"],
    };
  }
  if (u < 0.68) {
    const country = rng.pick(COUNTRIES);
    const continent = continentOf(country);
    const kind = rng.int(3);
    if (kind === 0)
      return {
        question: `where is ${country}?`,
        answer: `${country} is in ${continent}.`,
        tags: [country, continent, "fact"],
      };
    if (kind === 1) {
      const other = rng.pick(Object.keys(CONTINENTS));
      return {
        question: `is ${country} in ${other}?`,
        answer: other === continent ? "yes." : `no, ${country} is in ${continent}.`,
        tags: [country, continent, "fact"],
      };
    }
    const two = rng.shuffle([...CONTINENTS[continent]!]).slice(0, 3);
    return {
      question: `name countries in ${continent}.`,
      answer: `${two.slice(0, 2).join(", ")} and ${two[2]}.`,
      tags: [continent, "fact"],
    };
  }
  if (u < 0.92) {
    const feeling = rng.pick(Object.keys(FEELING_TALK));
    const [question, answer] = rng.pick(FEELING_TALK[feeling]!);
    return { question, answer, tags: [feeling, "talk"] };
  }
  const [question, answer] = rng.pick(SMALL_TALK);
  return { question, answer, tags: ["talk"] };
}

/** The text of a seed: one to `maxTurns` turns. */
export function makeText(seed: number, maxTurns = 2): WorldText {
  const rng = createRng(seed, "text");
  const turns = Array.from({ length: 1 + rng.int(maxTurns) }, () => turn(rng));
  return {
    turns: turns.map(({ question, answer }) => ({ question, answer })),
    tags: [...new Set(turns.flatMap((t) => t.tags))],
  };
}
