import { stem } from "porter2";

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Words that nearly every English text has: they would find everything. */
const STOP_WORDS = new Set(
  words(`a about above after again against all am an and any are aren as at be because been before being below between
  both but by can could d did didn do does doesn doing don down during each few for from further get got had hadn has
  hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself just let ll m may
  me might more most must my myself no nor not of off on once only or other our ours ourselves out over own re s same
  shall she should shouldn so some such t than that the their theirs them themselves then there these they this those
  through to too under until up us ve very was wasn we were weren what when where which while who whom whose why will
  with won would wouldn y you your yours yourself yourselves`),
);

/** Base forms, each with the English forms that no stemmer joins to it. */
const IRREGULAR = new Map(
  `become became; begin began begun; bite bit bitten; blow blew blown; break broke broken; bring brought; build built;
  buy bought; catch caught; choose chose chosen; come came; deal dealt; draw drew drawn; drink drank drunk;
  drive drove driven; eat ate eaten; fall fell fallen; feed fed; feel felt; fight fought; find found; fly flew flown;
  forget forgot forgotten; forgive forgave forgiven; freeze froze frozen; give gave given; go went gone;
  grow grew grown; hang hung; hear heard; hide hid hidden; hold held; keep kept; know knew known; lead led; learn learnt;
  leave left; lend lent; lose lost; make made; mean meant; meet met; pay paid; ride rode ridden; ring rang rung;
  rise rose risen; run ran; say said; see saw seen; sell sold; send sent; shake shook shaken; shine shone; shoot shot;
  sing sang sung; sink sank sunk; sit sat; sleep slept; speak spoke spoken; spend spent; stand stood;
  steal stole stolen; stick stuck; strike struck; swear swore sworn; sweep swept; swim swam swum; swing swung;
  take took taken; teach taught; tear tore torn; tell told; think thought; throw threw thrown;
  understand understood; wake woke woken; wear wore worn; win won; write wrote written; child children; man men;
  woman women; person people; foot feet; tooth teeth; mouse mice; wife wives; knife knives; leaf leaves`
    .split(";")
    .flatMap((row) => {
      const [base = "", ...forms] = words(row);
      return forms.map((form) => [form, base] as const);
    }),
);

const TERM_CHARACTERS = 64;

/** A character that decomposes into more than this many is left as it is: one of them would write an essay. */
const MOST_EXPANSION = 4;

/**
 * Lower case without accents or typographic variants, so that equal words compare equal on every database.
 *
 * Text is decomposed in short pieces, since sorting a long run of combining marks takes the square of its length; where
 * a piece ends does not matter, for the marks are dropped. ASCII needs nothing of that.
 */
export const normalize = (text: string): string =>
  text
    .replace(/\P{ASCII}{1,64}/gu, decompose)
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[’‘`]/g, "'");

function decompose(piece: string): string {
  const decomposed = piece.normalize("NFKD");
  return decomposed.length <= MOST_EXPANSION * piece.length ? decomposed : piece.normalize("NFD");
}

/** The words of a text in order, as they are indexed: stemmed (Porter2), stop words left out. */
export function termsOf(text: string): string[] {
  const found = normalize(text).match(/[\p{L}\p{N}]+(?:'\p{L}+)*/gu) ?? [];
  return found.flatMap((word) => {
    const bare = word
      .replace(/n't$/, "")
      .replace(/'(s|ll|re|ve|d|m|t)$/, "")
      .slice(0, TERM_CHARACTERS);
    if (bare === "" || STOP_WORDS.has(bare)) return [];
    return [/\p{N}/u.test(bare) ? bare : stem(IRREGULAR.get(bare) ?? bare)];
  });
}
