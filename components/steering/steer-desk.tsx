"use client";
import { useRouter } from "next/navigation";
import { geometryOn } from "@/lib/samples/format";
import { parseDesk, printDesk } from "@/lib/steering/desk/format";
import type { Desk } from "@/lib/steering/desk/types";
import { fixAddress } from "@/lib/steering/fix/format";
import { doesWords, nameFor } from "@/lib/steering/recipes/format";
import { lacking, requestOf, type SteerRequest } from "@/lib/steering/request/format";
import type { DeskData } from "@/lib/steering/types";
import { ImageSlot } from "../lab/image-slot";
import { useRunKey } from "../lab/use-run-key";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Empty } from "../ui/note";
import { PageHead } from "../ui/page-head";
import { Panel } from "../ui/panel";
import { Answers, textOf } from "./answers";
import { Features } from "./features";
import { FilmSettings } from "./film-settings";
import { FilmStrip } from "./film-strip";
import { FollowUp } from "./follow-up";
import { Question } from "./question";
import { RecipeSelect } from "./recipe-select";
import { Recipes } from "./recipes";
import { RegionBrush } from "./region-brush";
import { RunStatus } from "./run-bar";
import { Sampling } from "./sampling";
import { SaveRecipe } from "./save-recipe";
import { useDesk } from "./use-desk";
import { useKnownFeatures, useKnownImage } from "./use-known";
import { useRecipes } from "./use-recipes";
import { useSteerRun } from "./use-steer-run";

/** The part of a request that makes the two answers; the rest is the film strip's. */
function answersPart({
  doses: _,
  controls: _c,
  controlSeeds: _s,
  watch: _w,
  offTarget: _o,
  ...rest
}: SteerRequest): string {
  return JSON.stringify(rest);
}

/** Turn features while the model answers, and compare. Everything that is set lives in the address. */
export function SteerDesk({ data, query }: { data: DeskData; query: string }) {
  const router = useRouter();
  const [kept, change, notices] = useDesk(query);
  const model = data.models.find(({ slug }) => slug === kept.model) ?? data.models[0];
  const desk: Desk = { ...kept, model: model?.slug ?? "" };
  const features = useKnownFeatures(
    desk.features.map(({ ref }) => `${desk.model}/${ref}`),
    data.features,
  );
  const picture = useKnownImage(desk.image, [...(data.image ? [data.image] : []), ...data.samples]);
  const steer = useSteerRun();
  const recipes = useRecipes(data.recipes.saved);
  const saved = recipes.list.filter(({ gone }) => !gone);
  const { image } = picture;
  const sha = desk.image === null ? null : (image?.sha ?? desk.image);
  const { system, prompt, turns } = desk;
  const film = steer.asked !== null && steer.asked.doses.length > 0;
  const stale = steer.asked !== null && answersPart(steer.asked) !== answersPart(requestOf(desk, sha, false));
  const filmStale = film && JSON.stringify(steer.asked) !== JSON.stringify(requestOf(desk, sha, true));
  const lacks = lacking(desk) ?? (desk.image !== null && image === null ? "The image is not known." : undefined);
  const shows = Object.keys(steer.lanes).length > 0 || steer.busy;
  const regional = desk.where === "region" || desk.features.some(({ where }) => where === "region");

  const run = (withFilm: boolean, on: Desk = desk) => {
    if (lacking(on) === undefined) void steer.start(requestOf(on, sha, withFilm));
  };
  const askOn = (answer: string, question: string) => {
    const turns = [...desk.turns, answer, question];
    change({ turns });
    run(false, { ...desk, turns });
  };
  const labelOf = (ref: string) => {
    const known = features.of(`${desk.model}/${ref}`);
    return known === "missing" ? null : known?.label;
  };
  const saveAs = (name: string) => {
    const first = features.of(`${desk.model}/${desk.features[0]?.ref}`);
    const strip = first === "missing" ? null : (first?.strip ?? null);
    const setup = { ...requestOf(desk, sha, true), where: desk.where };
    return recipes.save(name, setup, { does: doesWords(desk, labelOf), strip });
  };
  const open = (chosen: string) => change(parseDesk(new URLSearchParams(chosen)));
  useRunKey(() => lacks === undefined && run(film));

  if (!model) {
    return (
      <Empty title="There is no model that can answer">
        <code className="font-mono text-sm">npm run demo</code> reads the built-in one and finds its features.
      </Empty>
    );
  }
  return (
    <div className="grid gap-5 lg:grid-cols-[20rem_minmax(0,1fr)] xl:grid-cols-[22rem_minmax(0,1fr)]">
      <PageHead
        className="lg:col-span-2"
        title="Steer"
        actions={
          <>
            {data.models.length > 1 && (
              <select
                aria-label="Model"
                value={model.slug}
                onChange={(event) => {
                  // By the server: its recipes are those of one model.
                  const next: Desk = { ...desk, model: event.target.value, features: [] };
                  router.push(`/steer?${printDesk(next, new URLSearchParams(window.location.search))}`);
                }}
                className="h-9 rounded-lg border border-line bg-panel px-2 text-sm pointer-coarse:h-11"
              >
                {data.models.map(({ slug, title }) => (
                  <option key={slug} value={slug}>
                    {title}
                  </option>
                ))}
              </select>
            )}
            <RecipeSelect recipes={saved} query={printDesk({ ...desk, image: sha })} onChoose={open} />
            {desk.features.length > 0 && (
              <SaveRecipe
                suggested={nameFor(desk, labelOf)}
                taken={saved.map(({ title }) => title)}
                lacks={lacks}
                onSave={saveAs}
              />
            )}
            <CopyButton label="Copy link" keys="." />
          </>
        }
      >
        Turn features up or down while {model.title} answers, and compare with its untouched answer.
      </PageHead>
      {notices.length > 0 && (
        <p role="status" className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn lg:col-span-2">
          {notices.join(" ")}
        </p>
      )}
      <div className="flex min-w-0 flex-col gap-4">
        <Panel title="Question">
          <div className="flex flex-col gap-3">
            {model.seesImages && (
              <ImageSlot
                main
                sha={image?.sha ?? null}
                image={image}
                samples={data.samples}
                onChange={(next) => {
                  if (next) picture.learn(next);
                  change(next ? { image: next.sha } : { image: null, region: null });
                }}
              >
                {image && regional && model.geometry && (
                  <RegionBrush
                    geometry={geometryOn(model.geometry, image)}
                    image={image}
                    region={desk.region}
                    onChange={(region) => change({ region })}
                  />
                )}
              </ImageSlot>
            )}
            {picture.missing && <p className="text-bad text-sm">No stored image has this hash.</p>}
            {image && regional && (
              <p className="text-ink-faint text-xs">Paint the cells where the features are turned.</p>
            )}
            <Question desk={desk} change={change} />
            <Sampling desk={desk} change={change} />
          </div>
        </Panel>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Features
          desk={desk}
          known={features.of}
          onLearn={features.learn}
          normShare={stale ? undefined : steer.result?.frames.find((f) => f.lane === "steered")?.normShare}
          withImage={image !== null}
          searchHref={fixAddress({ in: desk.model, image: sha, system, prompt, turns })}
          change={change}
        />
        {desk.features.length === 0 && !shows && (
          <Recipes
            suggested={data.recipes.suggested}
            saved={recipes.list}
            onChoose={open}
            onDelete={recipes.remove}
            onRestore={recipes.restore}
          />
        )}
        {desk.features.length > 0 && (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <Button
              look="solid"
              className="px-5"
              disabled={lacks !== undefined}
              onClick={() => run(false)}
              data-key="Ctrl+Enter"
              data-key-label="run the desk"
            >
              Run <kbd className="font-mono text-2xs opacity-80 max-sm:hidden">Ctrl ⏎</kbd>
            </Button>
            {lacks && <p className="text-ink-soft text-sm">{lacks}</p>}
            <div className="min-w-0 flex-1">
              <RunStatus state={steer} stale={stale} onCancel={steer.cancel} />
            </div>
          </div>
        )}
        {shows && <Answers state={steer} stale={stale} />}
        {steer.result && !stale && (
          <FollowUp
            answers={{ untouched: textOf(steer.lanes.baseline), steered: textOf(steer.lanes.steered) }}
            onAsk={askOn}
          />
        )}
        {desk.features.length > 0 && (
          <FilmStrip state={steer} desk={desk} stale={filmStale}>
            <FilmSettings desk={desk} change={change} />
            <Button disabled={lacks !== undefined} onClick={() => run(true)} className="ml-auto">
              Make film strip
            </Button>
          </FilmStrip>
        )}
      </div>
    </div>
  );
}
