/**
 * With which figures the squares of a picture of a person were made, as of photos: null of those that were made before it was noted. It
 * only adds: replicas of the release before go on working beside it.
 */
export const avatarRecipes = `
alter table avatars add column recipe text;
`
