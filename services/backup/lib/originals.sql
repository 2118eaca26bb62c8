-- What `gramstack media verify` asks for as well: the originals that have to be there, and what was uploaded.
select media_key || ' ' || encode(original_sha256, 'hex')
from (
    select media_key, original_sha256, state, refusal from photos
    union all select media_key, original_sha256, state, refusal from avatars where media_key is not null and original_sha256 is not null
  ) as photos
where state <> 'refused' or refusal = 'given-up'
