import { foldWord, shapeOf } from "./readings.ts";

/**
 * What a word can be in an attempt to instruct a model. A word alone means nothing; `rules.ts` tells which of them mean
 * something together.
 */
export type Role =
  /** Tells to leave aside: `ignore`. `overrideAtStart` is an imperative only where a sentence or a clause begins. */
  | "override"
  | "overrideAtStart"
  /** The same in languages whose verb comes last. */
  | "overrideLast"
  | "prior"
  | "all"
  /** What a model was told. `weak` ones are about other things as often. */
  | "instructions"
  | "weakInstructions"
  | "reveal"
  | "secretPrompt"
  | "negation"
  | "follow"
  | "unbound";

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Words as they are, by role. */
const EXACT: Readonly<Record<Role, string[]>> = {
  override: words(`
    ignore ignoring disregard disregarding forget override overrule bypass discard neglect
    ignoriere ignorieren ignorier vergiss vergesse vergesst vergessen missachte missachten
    ignorez oublie oubliez neglige negligez
    olvida olvide olviden ignore ignoren ignorad desestima desestime descarta descarte
    esqueca esquecam desconsidere desconsidera
    dimentica dimenticate ignorate trascura
    negeer vergeet
    zignoruj ignoruj zapomnij pomin
    игнорируи игнорируите проигнорируи забудь забудьте
    ігноруи ігноруите забудь забудьте проігноруи
    ignorera glom glem ignorer glemme
    abaikan lupakan abandon scrap
    تجاهل تجاهلي تجاهلوا انس انسي`),
  overrideAtStart: words("ignora ignori skip drop dismiss"),
  overrideLast: words(`
    yoksay yoksayin gormezden unut unutun अनदेखा अनदेखी नजरअंदाज भूल`),
  prior: words(`
    previous prior earlier above preceding former past initial original existing foregoing before
    obigen obige vorigen vorige bisher zuvor oben
    anterieures anterieurs precedents dessus
    antes anteriores anterior previas previos previa arriba acima
    precedenti precedente sopra
    vorige eerdere voorgaande bovenstaande hierboven powyzsze powyzej выше вище
    tidigare tidligere ovanstaende forrige
    onceki yukaridaki sebelumnya atas
    سابقة السابقة السابقه سابق
    पिछले पिछली पहले उपरोक्त`),
  all: words(`
    all any every everything your
    alle alles alle deine samtliche
    tout tous toute toutes tes vos
    todas todos todo tus sus
    todas todos suas seus
    tutte tutti tutto
    wszystkie wszelkie
    все всё всех твои ваши усі всі
    alla alle dina
    semua segala tum butun جميع كل सभी सब`),
  instructions: words(`
    instruction instructions instruct directive directives directions prompt prompts programming
    systemprompt
    consigne consignes
    istruzione istruzioni indicazioni indicaciones indicacoes direttive directrices diretrizes instruksi perintah
    instruktioner instruks
    التعليمات تعليمات الاوامر الأوامر`),
  weakInstructions: words(`
    rule rules guideline guidelines command commands context constraints restrictions orders safeguards
    regel regeln regels vorgaben befehle befehl
    regles
    reglas normas
    regras
    regole
    zasady reguly
    правила правил правилам команды
    regler kurallari kurallar نियम नियमों القواعد`),
  reveal: words(`
    reveal show print repeat tell output display leak give share expose dump disclose reproduce recite write list state
    enumerate describe return translate encode paraphrase rewrite convert
    zeige zeig verrate nenne wiederhole gib
    affiche affichez montre montrez revele revelez
    muestra muestre revela revele repite mostra mostre
    rivela toon geef pokaz ujawnij
    покажи покажите раскрои выведи
    goster`),
  secretPrompt: words("systemprompt systemprompts systeemprompt systemnachricht systemnachrichten"),
  negation: words("not don't dont never stop cease quit neither"),
  follow: words("follow following obey obeying heed"),
  unbound: words(`
    dan unrestricted uncensored unfiltered jailbroken jailbreak unlimited amoral lawless
    limitless unshackled`),
};

/** Beginnings of words, for languages that bend them; four letters at least. */
const STEMS: Partial<Record<Role, string[]>> = {
  prior: words(
    "vorherig vorhergehend vorangegangen bisherig frueher precedent anterieur previ poprzedni wczesniejs предыдущ прежн попередн ранни",
  ),
  instructions: words(
    "anweisung instruktion instruccion instruco instrucoes instructie instrukcj polecen инструкц указани інструкц вказівк talimat komutlar निर्देश आदेश",
  ),
};

const exact = new Map<string, Set<Role>>();
const shapes = new Map<string, Set<Role>>();
const scrambled = new Map<string, Set<Role>>();
const stems = new Map<string, Set<Role>>();
const stemHeads = new Set<string>();

const put = (map: Map<string, Set<Role>>, key: string, role: Role) => {
  const roles = map.get(key) ?? new Set();
  roles.add(role);
  map.set(key, roles);
};

for (const [role, list] of Object.entries(EXACT) as [Role, string[]][]) {
  for (const word of list.map(foldWord)) {
    put(exact, word, role);
    put(shapes, shapeOf(word), role);
    if (word.length >= 6) put(scrambled, scrambleKey(word), role);
  }
}
for (const [role, list] of Object.entries(STEMS) as [Role, string[]][]) {
  for (const stem of list.map(foldWord)) {
    put(stems, stem, role);
    stemHeads.add(stem.slice(0, 4));
  }
}

const NOTHING: ReadonlySet<Role> = new Set();
const ASCII_WORD = /^[a-z']*$/;
const LEET: Readonly<Record<string, string>> = {
  0: "o",
  1: "i",
  3: "e",
  4: "a",
  5: "s",
  7: "t",
  8: "b",
  "@": "a",
  $: "s",
};

/** What a folded word can be, also when it was written to look like another one. */
export function rolesOf(word: string): ReadonlySet<Role> {
  const known = exact.get(word);
  if (known !== undefined) return known;
  if (stemHeads.has(word.slice(0, 4))) {
    for (let length = Math.min(word.length, 12); length >= 4; length -= 1) {
      const roles = stems.get(word.slice(0, length));
      if (roles !== undefined) return roles;
    }
  }
  if (word.length > 20) return NOTHING;
  if (ASCII_WORD.test(word)) return word.length < 6 ? NOTHING : (scrambled.get(scrambleKey(word)) ?? NOTHING);
  if (/[0-9@$]/.test(word)) {
    return /[a-z]/.test(word)
      ? (exact.get(word.replace(/[0134578@$]/g, (sign) => LEET[sign] ?? sign)) ?? NOTHING)
      : NOTHING;
  }
  return shapes.get(shapeOf(word)) ?? NOTHING;
}

/** Readers bear with words whose inner letters changed places, and so do models. */
function scrambleKey(word: string): string {
  return `${word[0]}${Array.from(word.slice(1, -1)).sort().join("")}${word.at(-1)}`;
}
