import { xml, xmlDocument } from './xml.ts'

describe('XML', () => {
  it('holds text as text, between tags and in attributes', () => {
    const text = `<b>&amp; "quoted" 'too' ]]> -->`
    expect(xml`<a b="${text}">${text}</a>`.xml).toBe(
      `<a b="&lt;b&gt;&amp;amp; &quot;quoted&quot; 'too' ]]&gt; --&gt;">&lt;b&gt;&amp;amp; &quot;quoted&quot; 'too' ]]&gt; --&gt;</a>`,
    )
  })

  it('holds XML as it is, one piece or many, and nothing for nothing', () => {
    const items = ['x', '<y>'].map((text) => xml`<i>${text}</i>`)
    expect(xml`<a>${items}${xml`<b/>`}${undefined}${[]}</a>`.xml).toBe('<a><i>x</i><i>&lt;y&gt;</i><b/></a>')
  })

  it('leaves out what XML cannot say, and keeps everything else', () => {
    expect(xml`${'a\0b\u0001c\u001bd\ufffee\uffff\ud800f'}`.xml).toBe('abcdef')
    for (const text of ['\t\n\r', '\u0085\u2028', '👩‍👩‍👧', 'שלום \u202e', '\u{10ffff}', '\ufffd'])
      expect(xml`${text}`.xml).toBe(text)
  })

  it('says that it is XML', () => {
    expect(xmlDocument(xml`<a/>`)).toBe('<?xml version="1.0" encoding="utf-8"?>\n<a/>\n')
  })
})
