import { LinkifyIt, REBuilder } from 'linkify-it'

/** A piece of a caption or comment. `text` is what was written; the rest is what it stands for. */
export type Segment =
  | { kind: 'text'; text: string }
  | { kind: 'hashtag'; text: string; tag: string }
  | { kind: 'mention'; text: string; username: string }
  | { kind: 'link'; text: string; href: string }

/**
 * Splits a caption or comment into text, hashtags, mentions and links. The texts of all segments, one after another, are
 * the input again. Whether a mentioned person exists is not asked here.
 */
export function segments(text: string): Segment[] {
  const split: Segment[] = []
  let written = 0
  const add = (segment: Segment, start: number) => {
    if (start > written) split.push({ kind: 'text', text: text.slice(written, start) })
    split.push(segment)
    written = start + segment.text.length
  }
  const addTagsAndMentions = (start: number, end: number) => {
    // A tag ends where an address starts. What stands before `start` stays in sight, for it decides what may follow.
    tagOrMention.lastIndex = start
    for (const found of text.slice(0, end).matchAll(tagOrMention)) {
      const segment = tagSegment(found) ?? mentionSegment(found, text)
      if (segment) add(segment, found.index)
    }
  }
  let scanned = 0
  for (const { start, end, href } of addressesIn(text)) {
    addTagsAndMentions(scanned, start)
    if (href !== undefined) add({ kind: 'link', text: text.slice(start, end), href }, start)
    scanned = end
  }
  addTagsAndMentions(scanned, text.length)
  if (written < text.length) split.push({ kind: 'text', text: text.slice(written) })
  return split
}

/** The hashtags of a text without their `#`, normalised, each once, in order of appearance. */
export function hashtagsIn(text: string): string[] {
  return [...new Set(segments(text).flatMap((segment) => (segment.kind === 'hashtag' ? [segment.tag] : [])))]
}

/** The usernames that a text mentions, in lower case, each once, in order of appearance. */
export function mentionsIn(text: string): string[] {
  return [...new Set(segments(text).flatMap((segment) => (segment.kind === 'mention' ? [segment.username] : [])))]
}

const maxTagCharacters = 100
const maxNameCharacters = 30

// What makes a drawing of the character before it: text style, emoji style, keycap. Unicode counts them among the marks.
const emojiMark = String.raw`\uFE0E\uFE0F\u20E3`
// Some letters (the Hangul fillers) show nothing: with them #cat would have look-alikes.
const letter = String.raw`[\p{L}--\p{Default_Ignorable_Code_Point}]`
const wordCharacter = String.raw`[[${letter}\p{M}\p{N}_]--[${emojiMark}]]`
// Parts of words, but only between letters: zero-width (non-)joiner, Catalan and katakana dots, geresh and gershayim, tsheg.
const joiner = String.raw`[\u200C\u200D·・･\u05F3\u05F4\u0F0B\u0F0C]`
const tagBody = String.raw`(?!\p{M})(?:${wordCharacter}(?![${emojiMark}])|(?<=[\p{L}\p{M}])${joiner}(?=${letter}))+`
const nameCharacter = `[A-Za-z0-9_](?![${emojiMark}])`
const nameBody = String.raw`(?:${nameCharacter})+(?:\.(?:${nameCharacter})+)*`

// Every repetition is over characters of which each has one way to match, so none of these backtracks far. There is no
// `i` flag, because with it s is also ſ and k the sign for kelvin.
const tagOrMention = new RegExp(
  String.raw`(?<![${wordCharacter}&\/#＃])[#＃](?<tag>${tagBody})|(?<![${wordCharacter}.\/@＠])[@＠](?<name>${nameBody})`,
  'gv',
)
const wholeTag = new RegExp(`^${tagBody}$`, 'v')
const anyLetter = new RegExp(letter, 'v')
// @josé is not @jos, while @adaさん is @ada: where spaces part words, a letter of the same script goes on with the name.
const goesOn = new RegExp(String.raw`[\p{Script=Latin}@＠]|[\p{M}--[${emojiMark}]]`, 'vy')

function tagSegment({ 0: text, groups }: RegExpExecArray): Segment | undefined {
  if (groups?.tag === undefined) return undefined
  const tag = normaliseTag(groups.tag)
  // Asked of the normalised one, which may have become something else: ½ becomes 1⁄2, and one ligature a sentence.
  const isTag = wholeTag.test(tag) && anyLetter.test(tag) && [...tag].length <= maxTagCharacters
  return isTag ? { kind: 'hashtag', text, tag } : undefined
}

/** One spelling for all that look or mean the same. What is normalised stays as it is when normalised again. */
function normaliseTag(tag: string): string {
  return (
    tag
      // Marks without a look of their own: they choose between drawings of one character.
      .replace(/[\p{M}&&\p{Default_Ignorable_Code_Point}]/gv, '')
      .normalize('NFKC')
      .toLowerCase()
      .normalize('NFKC')
  )
}

function mentionSegment({ 0: written, index, groups }: RegExpExecArray, text: string): Segment | undefined {
  if (groups?.name === undefined || groups.name.length > maxNameCharacters) return undefined
  goesOn.lastIndex = index + written.length
  return goesOn.test(text) ? undefined : { kind: 'mention', text: written, username: groups.name.toLowerCase() }
}

/** Where an address stands, and where it leads; one that leads nowhere we would send people stays text as a whole. */
interface Address {
  start: number
  end: number
  href: string | undefined
}

/** The parts of linkify-it's pattern that captions ask for differently. */
class CaptionPatterns extends REBuilder {
  /** What ends an address, besides spaces and punctuation: an emoji right behind it, and characters that show nothing. */
  override get_text_separators(): RegExp {
    this.cache.text_separators ??=
      /[><\uFF5C\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u2190-\u2BFF]|[\uD83C-\uD83E][\uDC00-\uDFFF]/
    return this.cache.text_separators
  }

  /** A label of a host name. The original matches those with xn-- in two ways, which takes 2^11 attempts for eleven. */
  override get_domain(): RegExp {
    const character = this.get_pseudo_letter().source
    this.cache.src_domain ??= new RegExp(`(?:${character}(?:(?:-|${character}){0,61}${character})?)`)
    return this.cache.src_domain
  }
}

const linkifier = new LinkifyIt({ rebuilder: new CaptionPatterns() })
// Not linkify-it's own search, which wants a space or punctuation in front: captions have an emoji there, or no spaces.
const opening = /(?<![\p{Script=Latin}\p{N}_])[Hh][Tt][Tt][Pp][Ss]?:\/\//gv
const credentials = /[^\s\/?#\\]*[@＠]\S*/vy

function addressesIn(text: string): Address[] {
  const addresses: Address[] = []
  let end = 0
  for (const { 0: scheme, index: start } of text.matchAll(opening)) {
    if (start < end) continue
    const host = start + scheme.length
    // https://bank.example@evil.example leads to the second; half a link would be no better.
    credentials.lastIndex = host
    if (credentials.test(text)) {
      end = credentials.lastIndex
      addresses.push({ start, end, href: undefined })
      continue
    }
    const length = linkifier.testSchemaAt(text, 'http:', host - '//'.length)
    if (length === 0) continue
    end = host - '//'.length + length
    addresses.push({ start, end, href: URL.parse(text.slice(start, end))?.href })
  }
  return addresses
}
