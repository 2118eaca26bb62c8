import type { Person } from '../accounts/service.ts'
import { phrase, say } from '../language/say.ts'
import type { Crop } from '../media/orders.ts'
import { Avatar } from '../views/avatar.tsx'
import { Field } from '../views/field.tsx'
import { Layout } from '../views/layout.tsx'
import type { AvatarState } from './avatars.ts'

interface AvatarPageProps {
  visitor: Person
  state: AvatarState
  complaints: Readonly<Record<string, string>>
  maxUploadBytes: number
}

export function AvatarPage({ visitor, state, complaints, maxUploadBytes }: AvatarPageProps) {
  const { crop, isUnderWay, complaint } = state
  return (
    <Layout title={say('Picture')} visitor={visitor} refreshSeconds={isUnderWay ? 2 : undefined}>
      <section class="narrow stack">
        <h1>{say('Your picture')}</h1>
        <p>{say('Everybody sees it, also where your account is private.')}</p>
        <p>
          <Avatar of={visitor} size="large" />
        </p>
        {isUnderWay && (
          <p class="note" role="status">
            {say('Your picture is being developed…')}
          </p>
        )}
        <form method="post" action="/settings/avatar" enctype="multipart/form-data" class="stack">
          <Field
            name="file"
            label={say('New picture')}
            complaint={complaints.file ?? complaint}
            hint={say('JPEG, HEIC, PNG, WebP, AVIF, TIFF or GIF, up to {megabytes, number} MB', {
              megabytes: maxUploadBytes / 1_000_000,
            })}
          >
            {(aria) => <input {...aria} type="file" required accept="image/*,.heic,.heif" />}
          </Field>
          <button type="submit">{say('Show it')}</button>
        </form>
        {crop && (
          <form method="post" action="/settings/avatar/crop" class="stack apart">
            <h2>{say('What is shown of it')}</h2>
            <CropFields crop={crop} />
            <button class="secondary" type="submit">
              {say('Show this part')}
            </button>
          </form>
        )}
        {(crop || visitor.avatarKey) && (
          <form method="post" action="/settings/avatar/remove">
            <button class="quiet" type="submit">
              {say('Remove the picture')}
            </button>
          </form>
        )}
        <p>
          <a href="/settings/profile">{say('Profile')}</a> · <a href="/settings">{say('Settings')}</a>
        </p>
      </section>
    </Layout>
  )
}

const middles: readonly [string, string][] = [
  ['0.5,0.5', phrase('in the middle')],
  ['0.5,0', phrase('at the top')],
  ['0.5,0.25', phrase('in the upper half')],
  ['0.5,0.75', phrase('in the lower half')],
  ['0.5,1', phrase('at the bottom')],
  ['0,0.5', phrase('on the left')],
  ['1,0.5', phrase('on the right')],
  ['0,0', phrase('at the top left')],
  ['1,0', phrase('at the top right')],
  ['0,1', phrase('at the bottom left')],
  ['1,1', phrase('at the bottom right')],
]

function CropFields({ crop }: { crop: Crop }) {
  const current = `${crop.x},${crop.y}`
  const isListed = middles.some(([value]) => value === current)
  return (
    <div class="pair">
      <Field name="focal" label={say('What matters is')}>
        {(aria) => (
          <select {...aria}>
            {[...(isListed ? [] : [[current, phrase('where it is')] as const]), ...middles].map(([value, label]) => (
              <option key={value} value={value} selected={value === current}>
                {say(label)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field name="zoom" label={say('Zoom, 1 to 4')}>
        {(aria) => <input {...aria} type="number" min={1} max={4} step={0.1} value={Number(crop.zoom.toFixed(1))} />}
      </Field>
    </div>
  )
}
