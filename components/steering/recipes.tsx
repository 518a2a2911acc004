"use client";
import { useState } from "react";
import type { RecipeCard } from "@/lib/steering/recipes/types";
import { FetchProblem } from "../ui/fetch-json";
import { Empty } from "../ui/note";
import { ContactStrip } from "../viz/contact-strip";
import type { KeptRecipe } from "./use-recipes";

interface Props {
  suggested: readonly RecipeCard[];
  saved: readonly KeptRecipe[];
  onChoose: (query: string) => void;
  onDelete: (recipe: KeptRecipe) => Promise<void>;
  onRestore: (recipe: KeptRecipe) => Promise<void>;
}

/** The empty desk: set-ups to start from. Plain links, so that they work before any script has loaded. */
export function Recipes({ suggested, saved, onChoose, onDelete, onRestore }: Props) {
  const [refused, setRefused] = useState("");
  const attempt = (work: Promise<void>) => {
    setRefused("");
    work.catch((error: unknown) => setRefused(error instanceof FetchProblem ? error.message : "It did not work."));
  };
  if (suggested.length + saved.length === 0) {
    return (
      <Empty title="Nothing is turned yet">
        Add a feature above by words, by its number, or with “Steer this” on its page. No feature of this model is
        explained yet, so there are no recipes.
      </Empty>
    );
  }
  return (
    <section
      aria-label="Recipes"
      className="flex flex-col gap-3 rounded-xl border border-line border-dashed p-4 [&_ul]:grid [&_ul]:grid-cols-[minmax(0,1fr)] [&_ul]:gap-3 sm:[&_ul]:grid-cols-3"
    >
      <h2 className="font-semibold text-sm">
        Start from a recipe <span className="font-normal text-ink-faint">or add a feature above</span>
      </h2>
      {suggested.length > 0 && (
        <ul aria-label="Suggested recipes">
          {suggested.map((recipe) => (
            <li key={recipe.title} className="min-w-0">
              <Card recipe={recipe} onChoose={onChoose} />
            </li>
          ))}
        </ul>
      )}
      {saved.length > 0 && (
        <>
          <h3 className="mt-1 text-ink-soft text-xs">Saved</h3>
          <ul aria-label="Saved recipes">
            {saved.map((recipe) => (
              <li key={recipe.id} className="relative min-w-0">
                {recipe.gone ? (
                  <p className="flex h-full flex-wrap items-center justify-center gap-x-2 rounded-xl border border-line border-dashed p-3 text-ink-soft text-sm">
                    <span className="min-w-0 truncate">Deleted “{recipe.title}”.</span>
                    <button
                      type="button"
                      onClick={() => attempt(onRestore(recipe))}
                      className="min-h-9 rounded text-accent underline underline-offset-2 pointer-coarse:min-h-11"
                    >
                      Undo
                    </button>
                  </p>
                ) : (
                  <>
                    <Card recipe={recipe} onChoose={onChoose} />
                    <button
                      type="button"
                      aria-label={`Delete the recipe “${recipe.title}”`}
                      title="Delete"
                      onClick={() => attempt(onDelete(recipe))}
                      className="absolute top-1.5 right-1.5 grid size-7 place-items-center rounded-lg bg-page/85 text-ink-soft hover:text-ink pointer-coarse:size-10"
                    >
                      ✕
                    </button>
                  </>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {refused && (
        <p role="alert" className="text-bad text-sm">
          {refused}
        </p>
      )}
    </section>
  );
}

function Card({ recipe, onChoose }: { recipe: RecipeCard; onChoose: Props["onChoose"] }) {
  const { title, does, query, strip } = recipe;
  return (
    <a
      href={`/steer?${query}`}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        onChoose(query);
      }}
      className="flex h-full flex-col gap-2 rounded-xl border border-line bg-panel p-3 shadow-lift hover:border-line-strong"
    >
      <ContactStrip src={strip} eager />
      <span className="break-words font-semibold text-sm">{title}</span>
      <span className="line-clamp-3 break-words text-ink-soft text-xs">{does}</span>
    </a>
  );
}
