/**
 * What an author has done to a photo (docs/decisions/0031). It only adds. A worker of the release before knows of none, and shows an
 * edited photo as it came: so replace workers no later than web.
 */
export const edits = `
alter table photos
  -- Null for a photo that is shown as it came.
  add column edits jsonb,
  -- Of the photo as it came, upright; null where it was developed before this was written down, and then shown as it came.
  add column original_width integer,
  add column original_height integer,
  add constraint photos_edits_object check (jsonb_typeof(edits) = 'object'),
  add constraint photos_original_size check (original_width > 0 and original_height > 0);
`
