import fc from 'fast-check'
import { oneSlipFrom } from './slips.ts'

describe('one slip', () => {
  it('is a letter too many, too few, a wrong one, or two that changed places', () => {
    for (const slip of ['jonh', 'johhn', 'jon', 'johm', 'ohn', 'ajohn', 'johna'])
      expect(oneSlipFrom('john')).toContain(slip)
    for (const other of ['john', 'nhoj', 'jhno x', 'jo']) expect(oneSlipFrom('john')).not.toContain(other)
    expect(oneSlipFrom('горы')).toContain('гоыр')
    expect(oneSlipFrom('محمد')).toContain('محد')
  })

  it('is not looked for in short words, very long ones, and scripts without an alphabet', () => {
    for (const word of ['', 'cat', 'a'.repeat(21), '東京都庁', '🐈🐈🐈🐈', '1234'])
      expect(oneSlipFrom(word)).toEqual([])
  })

  it('leads back by one slip', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcxyz'), minLength: 5, maxLength: 19 })
    fc.assert(
      fc.property(word, (written) => {
        const slips = oneSlipFrom(written)
        expect(new Set(slips).size).toBe(slips.length)
        for (const slip of slips.slice(0, 50)) expect(oneSlipFrom(slip)).toContain(written)
      }),
    )
  })
})
