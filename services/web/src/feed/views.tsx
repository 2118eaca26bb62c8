import { pictureFor } from '../posts/heads.tsx'
import type { PostPage } from '../posts/service.ts'
import { PostList } from '../posts/views.tsx'
import { CardTags } from '../views/head.tsx'
import { Layout, type Visitor } from '../views/layout.tsx'

export function HomePage({ page, visitor }: { page: PostPage; visitor: Visitor }) {
  return (
    <Layout title="Gramstack" visitor={visitor}>
      <div class="feed">
        <h1 class="visually-hidden">Newest photos</h1>
        {page.posts.length === 0 && (
          <p class="empty">
            Nothing here yet. <a href="/upload">Share the first photo.</a>
          </p>
        )}
        <PostList page={page} path="/" />
      </div>
    </Layout>
  )
}

interface LandingPageProps {
  page: PostPage
  isThereAnAdmin: boolean
  origin: string
}

export function LandingPage({ page, isThereAnAdmin, origin }: LandingPageProps) {
  return (
    <Layout
      title="Gramstack"
      visitor={undefined}
      head={
        <CardTags
          type="website"
          url={`${origin}/`}
          title="Gramstack"
          description="People share their photos here, on a server of their own."
          image={pictureFor(page.posts, origin)}
        />
      }
    >
      <section class="hero">
        <h1>Share your photos. Keep them yours.</h1>
        {isThereAnAdmin ? (
          <p>People share their photos here, on a server of their own.</p>
        ) : (
          <p>This place is new. The first person to sign up becomes its admin.</p>
        )}
        <p>
          <a class="button" href="/sign-up">
            {isThereAnAdmin ? 'Sign up' : 'Be the first to sign up'}
          </a>
        </p>
      </section>
      <div class="feed">
        <PostList page={page} path="/" />
      </div>
    </Layout>
  )
}
