import type { Person } from '../accounts/service.ts'
import { Choice } from '../views/field.tsx'
import { Icon } from '../views/icon.tsx'
import { Layout } from '../views/layout.tsx'

interface SettingsPageProps {
  visitor: Person
  isSaved: boolean
  mayInvite: boolean
}

export function SettingsPage({ visitor, isSaved, mayInvite }: SettingsPageProps) {
  return (
    <Layout title="Settings" visitor={visitor}>
      <section class="narrow">
        <h1>Settings</h1>
        {isSaved && (
          <p class="note" role="status">
            Saved.
          </p>
        )}
        <form method="post" action="/settings" class="stack">
          <input type="hidden" name="whole" value="yes" />
          <Choice
            name="isPrivate"
            label="Private account"
            hint="Only people whom you let in as followers, and those you mention, see your photos. Links to photos that were public before stop working."
            isChosen={visitor.isPrivate}
          />
          <Choice
            name="showsCamera"
            label="Show camera and settings"
            hint="Camera, lens, exposure and date beside your photos, if the file knows them. Where a photo was taken is never shown."
            isChosen={visitor.showsCamera}
          />
          <Choice
            name="commentsFromFollowers"
            label="Comments from followers only"
            hint="Others see your posts and their comments, and cannot add one."
            isChosen={visitor.commentsFromFollowers}
          />
          <Choice
            name="allowsIndexing"
            label="Let search engines find me"
            hint="They may show your profile and those of your posts that are for everyone, nothing of a private account. Off, we ask them to leave you out, which can take them some weeks. Links that are shared and feed readers go on working."
            isChosen={visitor.allowsIndexing}
          />
          <button type="submit">Save</button>
        </form>
        <Ways
          label="You"
          ways={[
            ['/settings/profile', 'Profile'],
            ['/settings/avatar', 'Picture'],
            ['/settings/username', 'Username'],
          ]}
        />
        <Ways
          label="People"
          ways={[
            ['/follow-requests', 'Follow requests'],
            ['/settings/hashtags', 'Followed hashtags'],
            ['/settings/blocked', 'Blocked people'],
            ['/settings/muted', 'Muted people'],
            ['/settings/notifications', 'What to be told'],
            ...(mayInvite ? [['/invitations', 'Invitations'] as const] : []),
          ]}
        />
        <Ways
          label="Safety"
          ways={[
            ['/settings/email', 'E-mail address'],
            ['/settings/password', 'Password'],
            ['/settings/sessions', 'Sessions'],
            ['/settings/two-factor', 'Two-step sign-in'],
            ['/settings/passkeys', 'Passkeys'],
          ]}
        />
        {visitor.isModerator && <Ways label="Moderation" ways={[['/admin', 'Moderation']]} />}
        <Ways
          label="Leaving"
          ways={[
            ['/settings/export', 'Take everything along'],
            ['/settings/delete', 'Delete the account'],
          ]}
        />
        <form method="post" action="/sign-out" class="apart">
          <button class="secondary" type="submit">
            Sign out
          </button>
        </form>
      </section>
    </Layout>
  )
}

/** Ways to go that belong together, one below another. */
function Ways({ label, ways }: { label: string; ways: readonly (readonly [href: string, label: string])[] }) {
  const id = `ways-${label.toLowerCase()}`
  return (
    <nav class="rows" aria-labelledby={id}>
      <h2 id={id}>{label}</h2>
      {ways.map(([href, name]) => (
        <a key={href} href={href}>
          {name}
          <Icon name="after" size={20} />
        </a>
      ))}
    </nav>
  )
}
