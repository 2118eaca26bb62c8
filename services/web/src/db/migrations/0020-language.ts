/**
 * The language of an account (docs/decisions/0030). It only adds: replicas of the release before go on working beside it.
 */
export const language = `
alter table users
  -- A tag of BCP 47, or auto for what the browser asks for. Which ones there are is the program's to say.
  add column language text not null default 'auto',
  add constraint users_language check (language ~ '^[A-Za-z0-9-]{2,35}$');
`
