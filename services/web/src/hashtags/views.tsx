import { FollowTagButton } from '../follows/views.tsx'
import { HashtagHead } from '../posts/heads.tsx'
import type { PostPage } from '../posts/service.ts'
import { PostGrid } from '../posts/views.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'

export function HashtagPage({ tag, isFollowed, page, visitor, origin }: HashtagPageProps) {
  const path = `/tags/${encodeURIComponent(tag)}`
  return (
    <Layout title={`#${tag}`} visitor={visitor} head={<HashtagHead tag={tag} posts={page.posts} origin={origin} />}>
      <header class="profile">
        <h1 dir="auto">#{tag}</h1>
        {isFollowed !== undefined && <FollowTagButton path={path} isFollowed={isFollowed} />}
      </header>
      {page.posts.length === 0 && !page.nextMaxId && <p class="empty">No photos yet.</p>}
      <PostGrid page={page} path={path} />
    </Layout>
  )
}

interface HashtagPageProps {
  tag: string
  /** Undefined for somebody who is not signed in. */
  isFollowed: boolean | undefined
  page: PostPage
  visitor: Visitor | undefined
  origin: string
}

export function FollowedHashtagsPage({ tags, visitor }: { tags: string[]; visitor: Visitor }) {
  return (
    <Layout title="Hashtags that you follow" visitor={visitor}>
      <section class="narrow">
        <h1>Hashtags that you follow</h1>
        <p class="hint">Public posts with them stand on your home page.</p>
        {tags.length === 0 && <p class="empty">None yet: the page of a hashtag has a button for it.</p>}
        <ul class="people">
          {tags.map((tag) => (
            <li key={tag}>
              <a class="author" dir="auto" href={`/tags/${encodeURIComponent(tag)}`}>
                #{tag}
              </a>
              <form method="post" action={`/tags/${encodeURIComponent(tag)}/unfollow`}>
                <input type="hidden" name="from" value="settings" />
                <button class="secondary" type="submit" aria-label={`Unfollow #${tag}`}>
                  Unfollow
                </button>
              </form>
            </li>
          ))}
        </ul>
      </section>
    </Layout>
  )
}
