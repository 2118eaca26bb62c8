import { z } from 'zod'
import { maxId } from '../http/paging.ts'
import { say } from '../language/say.ts'
import { sitemapKinds } from './queries.ts'

const most = z.coerce.number().int().min(1).optional().catch(undefined)

/** What a consumer of oEmbed asks for. Sizes that are none are no wish. */
export const embedInput = z.object({
  url: z
    .string({ error: () => say('Say which post is meant: url=…') })
    .max(2000, { error: () => say('That address is too long to be one of ours.') }),
  maxwidth: most.transform((pixels) => pixels ?? Number.POSITIVE_INFINITY),
  maxheight: most.transform((pixels) => pixels ?? Number.POSITIVE_INFINITY),
  format: z.string({ error: () => say('The format is json.') }).default('json'),
})
export type EmbedRequest = z.output<typeof embedInput>

/** Which sitemap a path names. */
export const sitemapInput = z.object({
  kind: z.enum(sitemapKinds),
  firstId: maxId.refine((id) => id === '0' || /^[1-9]/.test(id ?? '')).transform((id) => id ?? '0'),
})
