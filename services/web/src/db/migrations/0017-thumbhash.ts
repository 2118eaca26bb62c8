/**
 * What is shown before a photo is: a ThumbHash in place of a BlurHash (docs/decisions/0014).
 *
 * Photos developed before have none until `gramstack media rerender` makes their renditions anew.
 */
export const thumbhash = `
alter table photos drop column blurhash;
alter table photos
  add column thumbhash text,
  add constraint photos_thumbhash_length check (char_length(thumbhash) <= 40);
`
