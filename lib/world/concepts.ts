/**
 * The concepts of Emoji Scenes: what can stand in a picture. A concept is named by its slug in the Noto set; the
 * other styles use the same slug (checked by the sprite test). `name` is the one word or phrase the model uses.
 */
export type ConceptGroup =
  | "food"
  | "animal"
  | "plant"
  | "object"
  | "vehicle"
  | "place"
  | "sky"
  | "activity"
  | "feeling";

export interface Concept {
  id: number;
  name: string;
  group: ConceptGroup;
  /** Icon slugs that show it; more than one for feelings. */
  icons: readonly string[];
  /** "a", "an", or "some" for plurals and masses. */
  article: "a" | "an" | "some";
}

const LISTS: Record<Exclude<ConceptGroup, "feeling">, string> = {
  food: `grapes melon watermelon tangerine lemon banana pineapple red-apple=apple pear peach cherries strawberry 
    kiwi-fruit=kiwi tomato avocado eggplant potato carrot ear-of-corn=corn hot-pepper=chili cucumber 
 peanuts chestnut bread croissant baguette-bread=baguette pancakes cheese-wedge=cheese
    meat-on-bone=meat bacon hamburger=burger french-fries=french_fries pizza hot-dog=hot_dog taco burrito egg
    cooking=fried_egg green-salad=salad popcorn bento-box=bento rice-ball=rice_ball cooked-rice=rice spaghetti sushi
    fried-shrimp=fried_shrimp ice-cream=ice_cream doughnut=donut cookie birthday-cake=birthday_cake shortcake=cake 
    chocolate-bar=chocolate candy lollipop custard honey-pot=honey baby-bottle=baby_bottle glass-of-milk=milk hot-beverage=coffee
    wine-glass=wine cocktail-glass=cocktail tropical-drink=juice beer-mug=beer fork-and-knife=fork_and_knife spoon kitchen-knife=knife`,
  animal: `monkey gorilla dog-face=dog poodle wolf fox cat-face=cat lion tiger-face=tiger horse-face=horse unicorn deer
    cow-face=cow pig-face=pig ram goat camel elephant rhinoceros=rhino mouse-face=mouse rat hamster
    rabbit-face=rabbit chipmunk=squirrel bat bear koala panda turkey chicken rooster baby-chick=chick
    penguin eagle duck owl    frog crocodile turtle lizard snake dragon spouting-whale=whale dolphin
    tropical-fish=fish blowfish=pufferfish shark octopus crab shrimp squid snail butterfly bug=caterpillar ant honeybee=bee
    lady-beetle=ladybug spider scorpion `,
  plant: `bouquet cherry-blossom=blossom white-flower=white_flower rose hibiscus sunflower tulip seedling evergreen-tree=pine_tree
    deciduous-tree=tree palm-tree=palm_tree cactus four-leaf-clover=clover maple-leaf=maple_leaf fallen-leaf=fallen_leaf mushroom`,
  object: `glasses sunglasses necktie=tie t-shirt=shirt jeans dress bikini handbag backpack
    running-shoe=shoe high-heeled-shoe=high_heel womans-boot=boot crown top-hat=top_hat graduation-cap=graduation_cap lipstick ring gem-stone=diamond
    megaphone bell microphone headphone=headphones radio saxophone trumpet guitar musical-keyboard=piano violin drum mobile-phone=phone
    telephone battery electric-plug=plug laptop printer keyboard computer-mouse=computer_mouse floppy-disk=floppy_disk
    movie-camera=movie_camera television camera magnifying-glass-tilted-left=magnifying_glass candle light-bulb=light_bulb flashlight open-book=book
    newspaper money-bag=money envelope package=box pencil paintbrush crayon briefcase calendar pushpin paperclip
    scissors locked=lock key hammer dagger=sword bomb bow-and-arrow=bow shield wrench gear balance-scale=scale 
    microscope telescope syringe pill door bed couch-and-lamp=couch toilet shower bathtub 
 shopping-cart=shopping_cart jack-o-lantern=pumpkin christmas-tree=christmas_tree balloon wrapped-gift=gift trophy sports-medal=medal soccer-ball=soccer_ball baseball
    basketball volleyball american-football=football tennis bowling ping-pong=ping_pong boxing-glove=boxing_glove fishing-pole=fishing_pole
 pool-8-ball=eight_ball crystal-ball=crystal_ball video-game=gamepad game-die=dice artist-palette=palette
 alarm-clock=clock hourglass-done=hourglass watch umbrella ghost skull red-heart=heart anchor`,
  vehicle: `locomotive=steam_train metro=train bus ambulance fire-engine=fire_truck police-car=police_car taxi automobile=car delivery-truck=truck tractor
    racing-car=race_car motorcycle motor-scooter=scooter bicycle sailboat canoe speedboat=motorboat ship airplane=plane helicopter rocket `,
  place: `snow-capped-mountain=mountain volcano camping desert-island=island house hospital school factory castle church fountain tent
    ferris-wheel=ferris_wheel roller-coaster=roller_coaster circus-tent=circus stop-sign=stop_sign vertical-traffic-light=traffic_light statue-of-liberty=statue`,
  sky: `sun crescent-moon=moon star cloud rainbow cloud-with-lightning=storm cloud-with-rain=rain snowflake snowman fire droplet=water tornado comet `,
  activity: `person-running=running person-walking=walking person-surfing=surfing person-swimming=swimming person-biking=cycling
    person-lifting-weights=lifting person-playing-handball=handball person-juggling=juggling person-cartwheeling=cartwheel
    woman-dancing=dancing skier=skiing snowboarder=snowboarding person-golfing=golfing person-rowing-boat=rowing 
    person-taking-bath=bathing person-in-bed=sleeping person-getting-haircut=haircut person-getting-massage=massage`,
};

/** Feelings and the faces that show them. */
export const FEELINGS: Record<string, string> = {
  happy:
    "grinning-face grinning-face-with-big-eyes smiling-face-with-smiling-eyes beaming-face-with-smiling-eyes slightly-smiling-face",
  sad: "crying-face loudly-crying-face frowning-face disappointed-face pensive-face",
  angry: "angry-face angry-face-with-horns",
  afraid: "fearful-face face-screaming-in-fear anxious-face-with-sweat anguished-face",
  surprised: "astonished-face face-with-open-mouth hushed-face",
  sleepy: "sleeping-face sleepy-face",
  sick: "nauseated-face face-with-medical-mask face-with-thermometer sneezing-face",
  loving: "smiling-face-with-heart-eyes face-blowing-a-kiss smiling-face-with-hearts",
};

const PLURAL = new Set(
  `grapes cherries peanuts pancakes french_fries glasses sunglasses jeans headphones scissors bread bacon meat cheese corn salad popcorn
   rice spaghetti sushi chocolate candy custard honey milk coffee wine juice beer money water fire rain fork_and_knife camping dice running
   walking surfing swimming cycling lifting handball juggling cartwheel dancing skiing snowboarding golfing rowing bathing sleeping massage`.split(
    /\s+/,
  ),
);

function build(): Concept[] {
  const out: Concept[] = [];
  for (const [group, list] of Object.entries(LISTS)) {
    for (const item of list.trim().split(/\s+/)) {
      const [icon, alias] = item.split("=") as [string, string | undefined];
      const raw = alias ?? icon.replace(/-/g, "_");
      const article = PLURAL.has(raw) ? "some" : /^(?!uni)[aeiou]/.test(raw) ? "an" : "a";
      out.push({ id: out.length, name: raw.replace(/_/g, " "), group: group as ConceptGroup, icons: [icon], article });
    }
  }
  for (const [feeling, icons] of Object.entries(FEELINGS)) {
    const article = /^[aeiou]/.test(feeling) ? "an" : "a";
    out.push({ id: out.length, name: `${feeling} face`, group: "feeling", icons: icons.split(" "), article });
  }
  return out;
}

export const CONCEPTS: readonly Concept[] = build();

const byName = new Map(CONCEPTS.map((c) => [c.name, c]));

/** The concept of that name, or undefined. */
export function conceptNamed(name: string): Concept | undefined {
  return byName.get(name);
}
