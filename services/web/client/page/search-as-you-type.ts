/** Offers people and hashtags to go to while somebody types in a field for searches. Enter searches, as it does without us. */
import { suggestIn } from './suggesting.ts'
import { mayShow } from './suggestion-list.ts'
import { whenThere } from './when-there.ts'

whenThere<HTMLInputElement>('[data-suggests="places"]', (field) => {
  if (!mayShow) return
  field.role = 'combobox'
  field.ariaExpanded = 'false'
  suggestIn(field, {
    sought: () => field.value.trim(),
    choose: ({ dataset }) => location.assign(dataset.leadsTo ?? ''),
  })
})
