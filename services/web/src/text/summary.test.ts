import { summary } from './summary.ts'

describe('the beginning of a text', () => {
  it('is the text, if that is short enough', () => {
    expect(summary('five!', 5)).toBe('five!')
    expect(summary('', 5)).toBe('')
  })

  it('is cut where something was left out, and says so', () => {
    expect(summary('123456', 5)).toBe('1234…')
    expect(summary('one two three', 5)).toBe('one…')
  })

  it.each([
    ['a family', '👨‍👩‍👧‍👦'],
    ['a flag', '🇦🇶'],
    ['a letter with marks', 'e\u0301\u0323'],
    ['a syllable of Devanagari', 'नी'],
    ['a hand with its colour', '👋🏽'],
  ])('never cuts %s in two', (_name, character) => {
    expect(summary(character.repeat(6), 5)).toBe(`${character.repeat(4)}…`)
    expect(summary(character.repeat(5), 5)).toBe(character.repeat(5))
  })

  it('is one line, whatever was typed', () => {
    expect(summary('one\n\n\ttwo\u0007\u2028three', 50)).toBe('one two three')
  })

  it('holds no mail address, and keeps mentions', () => {
    expect(summary('Write to me.too@mail.example.org, @bob!', 50)).toBe('Write to … @bob!')
    expect(summary('<ann@例え.jp> or ann＠example.org', 50)).toBe('<…> or …')
  })

  it('takes no time to speak of for what is made to take long', () => {
    for (const text of [
      'a@'.repeat(5000),
      'a.'.repeat(5000),
      `${'a'.repeat(5000)}@${'b.'.repeat(5000)}`,
      '@'.repeat(9000),
    ])
      expect(summary(text, 20).length).toBeLessThan(50)
  })
})
