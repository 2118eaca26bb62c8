import { render } from 'preact-render-to-string'
import { RichText } from './rich-text.tsx'

const html = (text: string, mentioned: string[] = []) => render(<RichText text={text} mentioned={new Set(mentioned)} />)

describe('a caption on a page', () => {
  it('links a hashtag to its page, under the name that all its spellings share', () => {
    expect(html('a #Café')).toBe('a <a href="/tags/caf%C3%A9" dir="auto">#Café</a>')
  })

  it('links a mention to the profile of the person', () => {
    expect(html('@Ada!', ['ada'])).toBe('<a href="/@ada" dir="ltr">@Ada</a>!')
  })

  it('leaves a mention of nobody as text', () => {
    expect(html('@ada and @bob', ['bob'])).toBe('@ada and <a href="/@bob" dir="ltr">@bob</a>')
  })

  it('opens a link elsewhere, which learns nothing of us and gains nothing by us', () => {
    expect(html('https://Example.com?a=1&b=2')).toBe(
      '<a href="https://example.com/?a=1&amp;b=2" rel="nofollow noopener noreferrer ugc" target="_blank" dir="ltr">https://Example.com?a=1&amp;b=2</a>',
    )
  })

  it('shows long links exactly as written', () => {
    const link = `https://example.com/${'a'.repeat(500)}`
    expect(html(link)).toContain(`>${link}</a>`)
  })

  it('keeps spaces and line breaks', () => {
    expect(html('one  two\n\n#three\n four')).toBe('one  two\n\n<a href="/tags/three" dir="auto">#three</a>\n four')
  })

  it('shows nothing for no text', () => {
    expect(html('')).toBe('')
  })

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '#a<script>alert(1)</script>',
    '@ada<script>alert(1)</script>',
    'https://example.com/<script>alert(1)</script>',
    'https://example.com/"onmouseover="alert(1)',
    `https://example.com/'><script>alert(1)</script>`,
    '</a></p></textarea><script>alert(1)</script>',
    '<a href="javascript:alert(1)">#a</a>',
    '<!--#a-->',
    '&lt;script&gt;',
  ])('shows HTML as the text it is: %s', (text) => {
    const page = html(text, ['ada'])
    // The links are ours; besides them there is not a tag, and every ampersand starts an entity of ours.
    const rest = page.replace(/<a href="[^"<>]*"(?: (?:rel|target|dir)="[a-z_ ]*")+>|<\/a>/g, '')
    expect(rest).not.toMatch(/[<"]|&(?!(?:lt|gt|amp|quot|#39);)/)
    expect(page).not.toMatch(/href="(?!\/tags\/|\/@|https?:)/)
    expect(rest.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&')).toBe(text)
  })
})
