import { hashtagsIn, mentionsIn, type Segment, segments } from './entities.ts'

/** The segments that are not text. */
function found(text: string): Segment[] {
  return segments(text).filter(({ kind }) => kind !== 'text')
}

function linksIn(text: string): string[] {
  return segments(text).flatMap((segment) => (segment.kind === 'link' ? [segment.href] : []))
}

describe('a caption', () => {
  it('is split into text, hashtags, mentions and links as they were written', () => {
    expect(segments('With @Ada.L at #Café, see https://example.com/a?b=1#c.')).toEqual([
      { kind: 'text', text: 'With ' },
      { kind: 'mention', text: '@Ada.L', username: 'ada.l' },
      { kind: 'text', text: ' at ' },
      { kind: 'hashtag', text: '#Café', tag: 'café' },
      { kind: 'text', text: ', see ' },
      { kind: 'link', text: 'https://example.com/a?b=1#c', href: 'https://example.com/a?b=1#c' },
      { kind: 'text', text: '.' },
    ])
  })

  it('may be empty', () => {
    expect(segments('')).toEqual([])
  })
})

describe('a hashtag', () => {
  it.each([
    ['Latin', '#Straße', 'straße'],
    ['Vietnamese, precomposed or not', '#Tiê\u0301ng', 'tiếng'],
    ['Greek', '#ΟΔΟΣ', 'οδος'],
    ['Cyrillic', '#Москва', 'москва'],
    ['Arabic', '#صورة', 'صورة'],
    ['Persian with a zero-width non-joiner', '#می\u200Cخواهم', 'می\u200Cخواهم'],
    ['Hebrew with gershayim', '#צה״ל', 'צה״ל'],
    ['Hindi with vowel signs', '#हिन्दी', 'हिन्दी'],
    ['Sinhala with a zero-width joiner', '#ශ්\u200Dරී', 'ශ්\u200Dරී'],
    ['Malayalam with a zero-width joiner', '#നന്\u200Dമ', 'നന്\u200Dമ'],
    ['Thai', '#กรุงเทพ', 'กรุงเทพ'],
    ['Tibetan with its dots', '#བོད་ཡིག', 'བོད་ཡིག'],
    ['Japanese with a middle dot', '#レオナルド・ダ・ヴィンチ', 'レオナルド・ダ・ヴィンチ'],
    ['Japanese in half width', '#ｶﾞ･ｶﾞ', 'ガ・ガ'],
    ['Japanese behind a full-width sign', '＃写真', '写真'],
    ['Catalan with a middle dot', '#col·lecció', 'col·lecció'],
    ['Korean', '#사진', '사진'],
    ['a script beyond the first 65,536 characters', '#𞤆𞤵𞤤𞤢𞤪', '𞤨𞤵𞤤𞤢𞤪'],
    ['a variant of one character', '#葛\u{E0100}城', '葛城'],
  ])('may be %s', (_, text, tag) => {
    expect(segments(text)).toEqual([{ kind: 'hashtag', text, tag }])
  })

  it.each([
    ['capitals', '#CAT', 'cat'],
    ['full-width letters', '#ＣＡＴ２', 'cat2'],
    ['ligatures', '#ﬁne', 'fine'],
    ['mathematical letters', '#𝓬𝓪𝓽', 'cat'],
    ['roman numerals of one character', '#Ⅷ', 'viii'],
  ])('is the same whether written with %s or without', (_, text, tag) => {
    expect(hashtagsIn(text)).toEqual([tag])
  })

  it.each([
    ['a word with a number', '#2026goals', ['2026goals']],
    ['a word with underscores', '#_so_it_is_', ['_so_it_is_']],
    ['no number', '#2026 #1_000', []],
    ['no lone sign', '# #- ## #_', []],
    ['no keycap', '#️⃣ #⃣ #️⃣tag', []],
    ['no word part', 'a#b ä#b e\u0301#b 1#b _#b 字#b', []],
    ['no HTML entity', '&#x27; &#b;', []],
    ['no fragment of an address', 'example.com/#b /#b', []],
    ['nothing after another sign', '##b ＃#b', []],
    ['nothing that starts with a combining mark', '#\u0301a', []],
    ['nothing that cannot be seen', '#\u3164 #\u115F #\u200B #\u2800', []],
    ['nothing that normalises to more than a word', '#½cup #ﷺ', []],
  ])('is %s', (_, text, tags) => {
    expect(hashtagsIn(text)).toEqual(tags)
  })

  it.each([
    ['punctuation', "#cat, (#dog) #don't #c++", ['cat', 'dog', 'don', 'c']],
    ['an emoji', '#love❤️ #sun☀ #a👩‍🚀b #flag🇩🇪', ['love', 'sun', 'a', 'flag']],
    ['an emoji made of a digit or letter', '#top1️⃣ #infoℹ️', ['top', 'info']],
    ['a hyphen', '#well-known', ['well']],
    ['a joiner with no letter behind it', '#a\u200C #b· #c・・d #1·2a', ['a', 'b', 'c']],
    ['a Hangul filler', '#cat\u3164', ['cat']],
  ])('ends at %s', (_, text, tags) => {
    expect(hashtagsIn(text)).toEqual(tags)
  })

  it.each(['❤️#cat', '1️⃣#cat', '👍🏽#cat', '(#cat)', '“#cat”', '\u200F#cat\u200F', 'a\n#cat\n'])(
    'is seen in %j',
    (text) => {
      expect(hashtagsIn(text)).toEqual(['cat'])
    },
  )

  it('has at most 100 characters, each of which may be two code units', () => {
    const longest = '𞤤'.repeat(100)
    expect(hashtagsIn(`#${longest}`)).toEqual([longest])
    expect(segments(`#${longest}a`)).toEqual([{ kind: 'text', text: `#${longest}a` }])
  })

  it('counts once, in the place where it came first', () => {
    expect(hashtagsIn('#b #A #B ＃a #c')).toEqual(['b', 'a', 'c'])
  })
})

describe('a mention', () => {
  it.each([
    ['a name in any case', '@Ada_99', ['ada_99']],
    ['a name behind a full-width sign', '＠ada', ['ada']],
    ['a name with dots inside', '@a.d.a', ['a.d.a']],
    ['a name without the full stop', '@ada. @bob... @cy..d', ['ada', 'bob', 'cy']],
    ['a name in punctuation', '(@ada), “@bob”: @cy!', ['ada', 'bob', 'cy']],
    ['a name behind an emoji', '❤️@ada 📷@bob', ['ada', 'bob']],
    ['a name before an emoji', '@ada❤️ @bob1️⃣', ['ada', 'bob']],
    ['a name before another script', '@adaさん', ['ada']],
    ['a name of 30 characters', `@${'a'.repeat(30)}`, ['a'.repeat(30)]],
    ['no longer name', `@${'a'.repeat(31)} @${'a.'.repeat(15)}a`, []],
    ['no part of a word in other letters', '@josé @jose\u0301 @a1é', []],
    ['no name that starts with a dot', '@.ada', []],
    ['no e-mail address', 'ada@example.com ä@ada ada.@bob _@ada', []],
    ['no path', 'example.com/@ada', []],
    ['no handle of another server', '@ada@example.social @ada＠example.social', []],
    ['nothing behind another sign', '@@ada ＠@ada', []],
    ['no letters that only look right', '@аda @\u212Aate', []],
  ])('is %s', (_, text, usernames) => {
    expect(mentionsIn(text)).toEqual(usernames)
  })

  it('counts once, in the place where it came first', () => {
    expect(mentionsIn('@bob @ada @BOB')).toEqual(['bob', 'ada'])
  })
})

describe('a link', () => {
  it.each([
    ['http', 'http://example.com', 'http://example.com/'],
    ['https in capitals', 'HTTPS://EXAMPLE.COM/A', 'https://example.com/A'],
    ['a port, a query and a fragment', 'https://example.com:8443/a?b=c&d#e', 'https://example.com:8443/a?b=c&d#e'],
    ['brackets', 'https://example.com/a_(b)', 'https://example.com/a_(b)'],
    [
      'a name in another script',
      'https://пример.рф/привет',
      'https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82',
    ],
    ['an IPv6 address', 'http://[::1]:1337/', 'http://[::1]:1337/'],
    ['quotes, which are escaped', 'https://example.com/"a"', 'https://example.com/%22a%22'],
  ])('may have %s', (_, text, href) => {
    expect(segments(text)).toEqual([{ kind: 'link', text, href }])
  })

  it.each([
    'see https://example.com/a.',
    '(https://example.com/a)',
    '👉https://example.com/a👈',
    '詳細はhttps://example.com/a。',
    '\u200Fhttps://example.com/a\u200F',
    '\u2066https://example.com/a\u2069',
    'https://example.com/a\u200B',
    'https://example.com/a\u202Emoc',
    '"https://example.com/a"',
    '<https://example.com/a>',
  ])('is cut out of %j without what stands around it', (text) => {
    expect(linksIn(text)).toEqual(['https://example.com/a'])
  })

  it.each([
    'example.com',
    'www.example.com',
    '//example.com',
    'ftp://example.com',
    'mailto:ada@example.com',
    'ada@example.com',
    'javascript:alert(1)',
    'JaVaScRiPt://example.com/%0Aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'xhttp://example.com',
    'http:example.com',
    'http://',
    'http:///a',
    'https://?a',
    'http://999.999.999.999/',
    'http://[::1',
    'httpſ://example.com',
  ])('is not %s', (text) => {
    expect(linksIn(text)).toEqual([])
  })

  it.each([
    'https://bank.example@evil.example',
    'https://bank.example:443@evil.example/a#b',
    'https://@evil.example',
    `https://bank.example${'a'.repeat(200)}@evil.example`,
    'https://bank.example!@evil.example',
    'https://bank.example＠evil.example',
    'https://bank.example@evil.example/?a=@ada&b=#cat',
  ])('with credentials stays text as a whole: %s', (text) => {
    expect(segments(text)).toEqual([{ kind: 'text', text }])
  })

  it('keeps its hashtags and mentions to itself', () => {
    expect(found('https://example.com/@ada/?q=#cat @bob')).toMatchObject([
      { kind: 'link', text: 'https://example.com/@ada/?q=#cat' },
      { kind: 'mention', username: 'bob' },
    ])
  })

  it('ends the hashtag before it', () => {
    expect(found('#写真https://example.com/')).toMatchObject([
      { kind: 'hashtag', tag: '写真' },
      { kind: 'link', href: 'https://example.com/' },
    ])
  })
})

describe('any text at all', () => {
  const alphabet = [
    ...'#＃@＠._-&/\\:?()["\'<> \n\0',
    ...'aZ1éßſİΣさ字ﾞｶ𞤆𝓬ﷺ½Ⅷℹ\u3164\uFC5E',
    ...'\u0301\u0E33\u094D\u034F\uFE0F\u20E3\u{E0100}\u200C\u200D·・״་',
    ...'\u200F\u202E\u2066\uFEFF❤👩',
    ...['\uD83D', '\uDE00', '\uD800', '👍🏽', '🇩🇪'],
    ...['http://', 'https://', 'HTTP://', 'javascript:', '//', 'xn--', 'example.com', 'a.b', '%2F', '#tag', '@ada'],
  ]
  // Numbers that are the same in every run, so that a failure can be had again.
  let state = 1
  const below = (limit: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % limit
  }
  const texts = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 1 + below(24) }, () => alphabet[below(alphabet.length)]).join(''),
  )

  it('is whole again when its segments are put together', () => {
    const broken = texts.filter((text) => segments(text).reduce((whole, segment) => whole + segment.text, '') !== text)
    expect(broken).toEqual([])
  })

  it('has no empty segments, and no two texts in a row', () => {
    const untidy = texts.filter((text) =>
      segments(text).some(
        (segment, at, all) => !segment.text || (segment.kind === 'text' && all[at - 1]?.kind === 'text'),
      ),
    )
    expect(untidy).toEqual([])
  })

  it('has no tags but those that are found again as they are', () => {
    const tags = new Set(texts.flatMap(hashtagsIn))
    expect(tags.size).toBeGreaterThan(300)
    expect([...tags].filter((tag) => hashtagsIn(`#${tag}`).join(' ') !== tag)).toEqual([])
  })

  it('has no mentions but names that people can have', () => {
    const names = new Set(texts.flatMap(mentionsIn))
    expect(names.size).toBeGreaterThan(50)
    expect([...names].filter((name) => !/^(?!\.)[a-z0-9_.]{1,30}$/.test(name) || /\.\.|\.$/.test(name))).toEqual([])
  })

  it('has no links but to http and https, without credentials', () => {
    const links = new Set(texts.flatMap(linksIn))
    expect(links.size).toBeGreaterThan(100)
    const bad = [...links].filter((href) => {
      const { protocol, username, password } = new URL(href)
      return !/^https?:$/.test(protocol) || username || password
    })
    expect(bad).toEqual([])
  })
})

describe('the longest caption', () => {
  const fill = (text: string) => text.repeat(Math.ceil(2200 / text.length)).slice(0, 2200)

  it.each([
    ['signs', fill('#')],
    ['short tags', fill('#a')],
    ['mentions in a row', fill('@a')],
    ['names with dots', `@${fill('a.')}`],
    ['schemes', fill('http://')],
    ['hosts in a row', fill('http://a')],
    ['combining marks', `#a${fill('\u0301')}`],
    ['combining marks out of order', `#a${fill('\u0301\u0323')}`],
    ['ligatures that become sentences', `#${fill('ﷺ')}`],
    ['joiners', `#a${fill('\u200Ca')}`],
    ['brackets that never close', fill('http://a/(["{')],
    ['labels that can be read in two ways', fill(`http://${'xn--a.'.repeat(11)}-`)],
    ['long labels that can be read in two ways', fill(`http://${`xn--${'a'.repeat(50)}.`.repeat(11)}-`)],
    ['half emoji in an address', `http://${fill('a\uDE00')}`],
    ['signs of credentials', fill('http://a@')],
  ])('of %s is read in less than 20 ms', (_, text) => {
    // The best of five, since the machine has other things to do as well.
    const durations = Array.from({ length: 5 }, () => {
      const start = performance.now()
      segments(text)
      return performance.now() - start
    })
    expect(Math.min(...durations)).toBeLessThan(20)
  })
})
