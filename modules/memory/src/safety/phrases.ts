/**
 * What only an attempt to instruct a model holds, as patterns over a reading. Every repetition is bounded, and no two of
 * them in a row can match the same character, so no text makes them slow.
 */

/** Marks of a conversation's roles, as the templates of well-known models write them. */
const TEMPLATE_MARKS = [
  /<\|[a-z_]{2,24}\|>/i,
  /<\/?s>\s{0,4}\[\/?inst\]|\[\/?inst\]|<<\/?sys>>/i,
  /#{2,6} {0,2}(?:system|assistant|developer|instruction) {0,2}#{2,6}/i,
  /(?:^|\n)#{2,6} {0,2}(?:system|assistant|instruction|response) ?:/i,
  /\n\s{0,4}human:[^\n]{0,2000}\n\s{0,4}\n?\s{0,4}assistant:/i,
  /[-=*#]{3,40} {0,2}(?:begin|start|end)(?: of)?(?: the)? (?:system|admin|developer|untrusted|trusted|context|user data|user input|instructions)\b/i,
  /(?:^|\s)(?:<\/[a-z_-]{2,24}>\s{0,3}){1,4}you (?:are|must|will|shall)\b/i,
  /\{\{\/(?:system|assistant)\}\}/i,
  /\[system\]\(#[a-z_]{2,40}\)/i,
  /"role" ?: ?"(?:system|developer)" ?, ?"content" ?: ?"[^"]{0,200}\byou\b/i,
];

const ROLE_TAG =
  /<(\/?)(?:system|sys|assistant|developer|instructions?|prompt|system[-_ ]?(?:prompt|message|instructions?))(?:>| [^<>\n]{0,80}>)/gi;
const ROLE_BRACKET = /\[\/?(?:system|assistant|developer|system[-_ ](?:prompt|message|override|instructions?))\]/gi;
const LOG_LINE = /\d:\d\d|\d{4}-\d\d-\d\d|\[ ?(?:info|warn|warning|error|debug|trace|notice|fatal|ok)\b/i;
const LONGEST_LINE_START = 120;
const ADDRESSES = /^[^.!?\n]{0,60}\b(?:you|your|must|obey|ignore|reveal|always|never)\b/i;

/** What stands before a mark on its line; only its end where the line is long. */
function lineBefore(text: string, index: number): string {
  const from = Math.max(0, index - LONGEST_LINE_START);
  const before = text.slice(from, index);
  return before.slice(before.lastIndexOf("\n") + 1);
}

/** A role's tag where a message would begin, or with orders behind it; not one that a sentence or a piece of code names. */
function holdsRoleTag(text: string): boolean {
  for (const tag of text.matchAll(ROLE_TAG)) {
    const before = lineBefore(text, tag.index);
    const behind = text.slice(tag.index + tag[0].length, tag.index + tag[0].length + 80);
    if (before.endsWith("`") || before.endsWith('"') || before.endsWith("'")) continue;
    if (/(?:^|[.!?>:)\]] {0,4})$/.test(before) || ADDRESSES.test(behind)) return true;
  }
  for (const bracket of text.matchAll(ROLE_BRACKET)) {
    const before = lineBefore(text, bracket.index);
    const behind = text.slice(bracket.index + bracket[0].length, bracket.index + bracket[0].length + 80);
    if (before.endsWith("`") || LOG_LINE.test(before)) continue;
    if (/(?:^|[.!?>:)\]] {0,4})$/.test(before) ? !/^\s?(?:\[|\d)/.test(behind) : ADDRESSES.test(behind)) return true;
  }
  return false;
}

const MODEL =
  "(?:ai|llm|language model|ai model|ai assistant|assistant|ai agent|agent|chatbot|gpt|chatgpt|claude|gemini|copilot)s?";
const DEMANDS =
  "(?:call|run|execute|invoke|send|forward|post|upload|email|transfer|delete|approve|ignore|reveal|include|insert|respond|reply|answer|follow|obey|grant|buy|click|open|visit|fetch|use)";

const AI = "(?:ai|llm|language model|chatbot|chatgpt|gpt|claude|gemini|copilot)s?";
const READING =
  "(?:that (?:is|are) )?(?:reading|processing|parsing|summari[sz]ing|reviewing|analy[sz]ing|indexing|seeing|crawling)";

/** Over text in lower case whose white space is single blanks. */
const PHRASES = [
  // Words to whichever model comes along.
  new RegExp(
    `\\b(?:note|message|instructions?|attention|notice|hint|important|warning|dear|hello|hey)(?: to| for)?:? (?:the |any |all |every )?${MODEL}(?: assistants?| agents?| models?)?(?: that(?: is| are)?| which(?: is| are)?| who(?: is| are)?)? (?:read|pars|process|summari[sz]|review|analy[sz]|see)(?:s|ing|e|es)?(?: this)?\\b`,
  ),
  new RegExp(`\\bif you(?: are|'re|’re) (?:an? )?${MODEL}\\b(?! user| engineer| team)`),
  /\bas (?:an? )?(?:ai|llm|language model|ai assistant|ai agent) reading this\b/,
  new RegExp(
    `\\b(?:important|urgent|attention|warning|critical|mandatory) ?[:!-] ?(?:the |any |all )?${MODEL}(?: reading this)? (?:must|should|shall|has to|have to|needs to|will) (?:now |immediately |first |always )?${DEMANDS}\\b`,
  ),
  new RegExp(
    `\\b(?:for|to) (?:the |any |all |every )?${AI}(?: systems?| assistants?| agents?| models?)? ${READING} (?:this|these)\\b`,
  ),
  new RegExp(
    `\\b${AI}(?: systems?| assistants?| agents?| models?)? ${READING} (?:this|these) (?:file|page|text|message|document|note|entry|email|mail|repository|comment|website)s?\\b`,
  ),
  new RegExp(
    `(?:^|[.!?>\\-*#] ?)(?:hey |hello |dear )?(?:ai|llm|ai assistant|ai agent|ai model|language model|chatbot)s? ?: (?:please |you |before |when |always |never |first |now )?${DEMANDS}\\b`,
  ),
  /(?:^|[.!?>\-*#] ?)(?:ai|llm|ai assistant|ai agent|ai model|language model|chatbot)s? ?: (?:before|when|if|you must|you should|you are)\b/,
  new RegExp(
    `\\bwhen(?:ever)? you (?:read|see|process|summari[sz]e|parse|find|retrieve) this\\b[^.!?]{0,30}\\b(?:you must|${DEMANDS} (?:the |all |every )?(?:url|user|link|tool|secret|token|password|conversation|key|instructions?)s?)\\b`,
  ),
  new RegExp(
    `(?:^|[.!?>\\-*#] ?)(?:to|attention|dear|note to|hello|calling) (?:all |any |every |the )?${AI}(?: systems?| assistants?| agents?| models?)? ?[:,!]`,
  ),
  /\b(?:ignore|disregard|forget) (?:what(?:ever)?|anything|everything) your (?:operators?|developers?|creators?|users?|owners?|makers?|system|company)\b/,
  /\b(?:summari[sz]e|translate|before (?:you )?(?:answer|summari[sz]|respond|reply|continu)(?:e|ing)?|but first|first,)[^.!?]{0,40}\b(?:send|post|forward|upload|call|fetch|open|visit)\b[^!?]{0,60}https?:/,
  // Who one is, is not, or shall forget to be.
  /\byou are (?:no longer|not) (?:an? |the )?(?:[a-z]{3,12} )?(?:assistant|ai|chatbot|language model|model)\b[^!?]{0,60}\b(?:you are|you will|you must|now|instead)\b/,
  /\byou (?:no longer have|have no|now have no|do not have any|don't have any)(?: any)?(?: [a-z]{3,12})? (?:restrictions?|limits|limitations|rules|filters|guidelines|guardrails|constraints)\b/,
  /\b(?:an? |the )?(?:ai|chatbot|assistant|llm)(?: that| which| who)?(?: has| with| having| is)? (?:no|without|free of|free from)(?: any)?(?: [a-z]{3,12})? (?:restrictions?|limits|limitations|rules|filters|guidelines|guardrails|constraints|censorship|morals)\b/,
  /(?<!\p{L})(?:du bist|tu es|vous êtes|eres|ahora eres|você é|sei|ora sei|ты теперь|теперь ты|jesteś|je bent|ti si)(?!\p{L})[^.!?]{0,60}(?<!\p{L})(?:ohne|sans|sin|sem|senza|без|bez|zonder)(?!\p{L})[^.!?]{0,20}(?<!\p{L})(?:regeln|einschränkung|beschränkung|règles|restrictions|limites|reglas|restricciones|límites|regras|restrições|regole|restrizioni|limiti|правил|ограничений|zasad|ograniczeń|regels|beperkingen|filter)/u,
  /\b(?:i am|i'm|i’m|this is) (?:the|your) (?:system )?(?:administrator|admin|developer|creator|owner|root)\b[^?]{0,80}\b(?:override|unlock|grant|bypass|disable|reveal|obey|full access)\b/,
  /\bas your (?:developer|creator|administrator|admin|owner|maker),? i (?:order|command|instruct|authori[sz]e|require) you\b/,
  /\bnever (?:mention|reveal|say|admit|disclose|tell anyone) that you (?:were|are|have been)\b/,
  // What was told before counts no more.
  /\b(?:all|any|the|your) (?:instructions|directives|orders|rules|prompts?) (?:that )?you (?:got|received|were given|have been given|had|saw)\b[^.!?]{0,30}\b(?:are|is|were) (?:now )?(?:void|superseded|cancell?ed|revoked|obsolete|invalid|replaced|overridden)\b/,
  /\bwhat (?:does|do|did) your (?:system prompt|instructions|prompt|system message) (?:say|contain|tell|include)\b/,
  /\b(?:first|last) (?:\d{1,4} |few |hundred |ten |twenty )?(?:words?|sentences?|lines?|characters|tokens|paragraphs?) of your (?:system )?(?:prompt|instructions|message)\b/,
  /\b(?:everything|all|the text|the instructions) above (?:was|were|is|are) (?:just |only )?(?:an? )?(?:test|joke|fake|example|void|obsolete|wrong)\b[^!?]{0,60}\b(?:real|actual|true|now|instead|follow)\b/,
  /\b(?:your|the above) (?:previous |prior |earlier |original |initial )?(?:instructions|directives|system prompt|guidelines)(?: above)? (?:are|is|were|have been|has been) (?:now )?(?:void|superseded|cancell?ed|revoked|obsolete|invalid|replaced|overridden|suspended|no longer)\b/,
  /\b(?:tell|read|give|show|send|sing|whisper)(?: it)?(?: to)? (?:me|us)\b[^.!?]{0,24}\b(?:system|initial|original|secret|hidden) (?:prompt|instructions)\b/,
  /\bnew (?:directives?|orders?|system prompt|instructions?) ?: ?(?:output|respond|answer|reply|say|print|reveal|ignore|obey|act)\b[^.!?]{0,40}\b(?:nothing else|only|nothing but|every|all)\b/,
  // New orders.
  /\byour (?:new |real |actual |true |only |updated )(?:instructions?|tasks?|roles?|goals?|objectives?|purpose|orders?|mission|directives?)(?: now)? ?(?:are|is|will be|:)/,
  /\b(?:new|updated|real|actual|revised) system (?:prompt|message|instructions?) ?:/,
  /\b(?:new|updated|real|actual|revised) (?:instructions?|directives?|orders?) ?: ?(?:you|always|never|from now on)\b/,
  // Modes that no model should enter.
  /\b(?:enter|enable|activate|switch to|go into|turn on|you are (?:now )?in) (?:the )?(?:developer|dev|god|dan|jailbreak|unrestricted|admin|maintenance|debug) mode\b[^.!?]{0,40}\b(?:safety|filters?|restrictions?|guardrails?|limits|moderation|polic(?:y|ies)|you)\b/,
  /\b(?:disable|turn off|remove|switch off|bypass) (?:all )?(?:of )?your (?:safety|content|moderation|ethical)? ?(?:filters?|guardrails?|restrictions?|safeguards?|guidelines|polic(?:y|ies))\b/,
  /\bdo anything now\b/,
  // Silence towards the user, with something to be done.
  new RegExp(
    `\\b(?:do not|don't|don’t|never|without) (?:tell|telling|inform|informing|notify|notifying|alert|alerting|mention|mentioning|ask|asking)(?: (?:it|this|anything))?(?: to)? (?:the |your )?(?:users?|humans?|operators?|owners?)\\b[^!?]{0,60}\\b${DEMANDS} (?:the |all |every |this |that |any )?[a-z_\`]{2,30}`,
  ),
  new RegExp(
    `\\b${DEMANDS}\\b[^!?]{3,120}\\b(?:do not|don't|don’t|never) (?:tell|inform|notify|alert|mention)(?: (?:it|this|anything))?(?: to)? (?:the |your )?(?:users?|humans?|operators?|owners?)\\b`,
  ),
  /\b(?:do not|don't|don’t|never) (?:mention|reveal|disclose|repeat|show|tell|share) (?:any of )?(?:these|this|the above|the following) (?:instructions?|messages?|prompts?|notes?|orders?|text)\b/,
  // Secrets to somewhere else.
  /\b(?:send|forward|post|upload|leak|e-?mail|transmit|exfiltrate|submit|copy)(?: me)?(?: (?:all|any|the|every))?(?: of)? ?(?:users?'?s?’?s?|users’|your|their) (?:[a-z]{2,12} )?(?:credentials?|api keys?|passwords?|secrets?|tokens?|conversations?|private keys?|chat history|session|cookies|environment variables)\b[^!?]{0,60}(?:https?:|@|to me\b|\bto the (?:address|url|link))/,
  // The words above, to the letter.
  /\b(?:repeat|print|output|copy|recite|reproduce|return|write) (?:out )?(?:all )?(?:the |of the |every )?(?:text|words?|everything|contents?|messages?|conversation|sentences?|paragraphs?)(?: that)?(?: (?:is|are|were|was))? (?:above|before this|so far|preceding)\b[^.!?]{0,40}(?:verbatim|word for word|exactly|starting with|in a code block|unchanged)/,
  /\bwhat (?:are|were|is|was) your (?:(?:original|initial|hidden|secret|exact|full|system|first) )*(?:instructions|directives|system prompt|prompt)\b/,
];

/** What shouts is looked at as it is written. */
const SHOUTS = [/(?:^|[\n.!?:>] {0,4})(?:SYSTEM|ADMIN|DEVELOPER|ROOT|SECURITY) (?:OVERRIDE|COMMAND|INSTRUCTION)S?\b/];

/** Languages without gaps between words, or whose words are of several parts: what was told before, and that it be left aside or shown. */
const GAPLESS = [
  /(?<![会會将將已被了])(?:忽略|忽视|忽視|无视|無視|忘记|忘記|忘掉|不要理会|不要遵守|不理会|抛开|拋開)[^。!?！？\n]{0,6}(?:之前|以上|先前|前面|上面|所有|全部|一切|你的)[^。!?！？\n]{0,10}(?:指令|指示|规则|規則|提示|要求|命令|设定|設定|对话|對話)/u,
  /(?:显示|顯示|告诉|告訴|输出|輸出|透露|泄露|洩露|打印|重复|重複|给我|給我)[^。!?！？\n]{0,10}(?:系统提示|系統提示|提示词|提示詞|初始指令|系统指令|系統指令)/u,
  /(?:以前|これまで|上記|前述|前の|今まで|すべて|全て|あなた)[^。!?！？\n]{0,12}(?:指示|命令|ルール|規則|プロンプト|指令|設定)[^。!?！？\n]{0,8}(?:無視|忘れ|破棄)(?!され|してい)/u,
  /(?:無視して|忘れて)[^!?！？\n]{0,10}(?:以前|これまで|上記|今まで|すべて|全て)[^。!?！？\n]{0,8}(?:指示|命令|ルール|規則|プロンプト)/u,
  /(?:忽略|无视|無視|忘记|忘記)(?:掉)?(?:之前|以上|先前|前面|上面|所有|全部|一切|你的)[^。!?！？\n]{0,10}(?:提示词|提示詞|内容|內容)/u,
  /(?:bỏ qua|quên(?: hết)?|phớt lờ)[^.!?\n]{0,20}(?:hướng dẫn|chỉ dẫn|lệnh|quy tắc)[^.!?\n]{0,14}(?:trước|trên)/iu,
  /(?:システムプロンプト|初期指示|隠された指示)[^。!?！？\n]{0,8}(?:表示|教え|出力|見せ|明か|公開)/u,
  /(?:이전|위의|앞의|앞선|모든|지금까지|기존)[^.!?\n]{0,14}(?:지시|명령|규칙|지침|프롬프트)[^.!?\n]{0,8}(?:무시하|무시해|잊어|잊으)/u,
  /(?:시스템 ?프롬프트|초기 ?지시)[^.!?\n]{0,8}(?:보여|알려|출력|공개|말해)/u,
  /(?:ละเว้น|เพิกเฉย|ไม่ต้องสนใจ|ลืม)[^\n]{0,12}(?:คำสั่ง|คำแนะนำ|กฎ)[^\n]{0,20}(?:ก่อนหน้า|ทั้งหมด|ข้างต้น)/u,
];
const GAPLESS_LETTER = /[\u1ea0-\u1eff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/** Whether the mark stands in the text as one, and not only as code that the text names: `[INST]` between backticks. */
function isUsed(mark: RegExp, text: string): boolean {
  const found = mark.exec(text);
  return found !== null && !(text[found.index - 1] === "`" && text[found.index + found[0].length] === "`");
}

/** Whether a reading holds a phrase or a mark that speaks to a model. */
export function holdsPhrase(reading: string): boolean {
  if (TEMPLATE_MARKS.some((mark) => isUsed(mark, reading)) || holdsRoleTag(reading)) return true;
  if (SHOUTS.some((shout) => shout.test(reading))) return true;
  if (GAPLESS_LETTER.test(reading) && GAPLESS.some((phrase) => phrase.test(reading))) return true;
  const flat = reading.toLowerCase().replace(/\s+/g, " ");
  return PHRASES.some((phrase) => phrase.test(flat));
}
