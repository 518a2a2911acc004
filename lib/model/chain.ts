import { openGraph } from "@/lib/model/graph-session";
import type { Session, Tensor } from "@/lib/model/session";
import type { ModelProto } from "@/lib/onnx/schema";
import type { Site } from "@/lib/onnx/sites";
import { split } from "@/lib/onnx/split";

/** Called between two links with the hidden states at a site, [rows, tokens, d] or [rows, d]; they may be changed in place. */
export type AtSite = (site: string, hidden: Tensor) => void | Promise<void>;

interface Link {
  session: Session;
  /** Site at which the link ends; none for the last. */
  site?: string;
}

/** A run that stands at the first site. */
export interface Begun {
  site?: string;
  /** Of the first link, hidden states included. */
  outputs: Record<string, Tensor>;
}

export interface ChainSource {
  model: ModelProto;
  /** File that the model was read from: names it in errors and holds its external weights. */
  path: string;
  threads: number | undefined;
}

const hiddenName = (site: string) => `hidden/${site}`;

/**
 * A graph as a chain of sessions, cut at sites where hidden states are read or changed on their way. Without sites it is
 * one session of the whole graph. Weights lie in one link each, so a chain takes the memory of the whole.
 */
export class Chain {
  private constructor(private readonly links: readonly Link[]) {}

  /** @param sites in the order of the graph. */
  static async open({ model, path, threads }: ChainSource, sites: readonly Site[]): Promise<Chain> {
    const links: Link[] = [];
    let rest = model;
    const load = (part: ModelProto, what: string) => openGraph(part, path, { what, threads });
    try {
      for (const site of sites) {
        const { prefix, suffix } = split(rest, site.tensor, hiddenName(site.name));
        links.push({ session: await load(prefix, `${path} up to ${site.name}`), site: site.name });
        rest = suffix;
      }
      links.push({ session: await load(rest, path) });
    } catch (error) {
      await Promise.all(links.map(({ session }) => session.dispose()));
      throw error;
    }
    return new Chain(links);
  }

  /** Outputs of the whole graph. */
  async run(feeds: Readonly<Record<string, Tensor>>, atSite?: AtSite): Promise<Record<string, Tensor>> {
    return this.finish(feeds, await this.begin(feeds), atSite);
  }

  /** Runs up to the first site; nothing when there is none. */
  async begin(feeds: Readonly<Record<string, Tensor>>): Promise<Begun> {
    const [first] = this.links;
    return first?.site === undefined ? { outputs: {} } : { site: first.site, outputs: await first.session.run(feeds) };
  }

  /** Goes on from the first site, where hidden states may be changed, and at every later one. */
  async finish(
    feeds: Readonly<Record<string, Tensor>>,
    begun: Begun,
    atSite?: AtSite,
  ): Promise<Record<string, Tensor>> {
    let given = feeds;
    const outputs: Record<string, Tensor> = {};
    const pass = async (site: string | undefined, found: Record<string, Tensor>) => {
      if (site === undefined) return Object.assign(outputs, found);
      const { [hiddenName(site)]: hidden, ...others } = found;
      await atSite?.(site, hidden as Tensor);
      given = { ...given, [hiddenName(site)]: hidden as Tensor };
      return Object.assign(outputs, others);
    };
    if (begun.site !== undefined) await pass(begun.site, begun.outputs);
    for (const { session, site } of this.links.slice(begun.site === undefined ? 0 : 1)) {
      await pass(site, await session.run(given));
    }
    return outputs;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.links.map(({ session }) => session.dispose()));
  }
}
