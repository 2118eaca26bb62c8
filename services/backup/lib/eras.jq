# What to make of the list of snapshots of restic. `what`: list, newest, moment (`to`, in seconds), forget (`current`, `days`), last-media.

def seconds: sub("\\.[0-9]+"; "") | sub("\\+00:00$"; "Z") | fromdateiso8601;
def at: .time | seconds;
# A base can be gone back to from its end on.
def copied: (.summary.backup_end // .time) | seconds + 1;
def is(kind): .tags | index(kind) != null;
def era: [.tags[] | select(startswith("era-"))][0];

def all_eras:
    map(select(.tags != null and era != null)) | group_by(era)
    | map({
        era: (.[0] | era),
        ids: map(.id),
        base: (map(select(is("base"))) | last),
        media: (map(select(is("media"))) | last),
        passes: (map(select(is("pass"))) | sort_by(.time))
      });
def whole_eras: all_eras | map(select(.base and .media and (.passes | length > 0)));

def chosen(era; pass; before): [era.era, era.base.id, era.media.id, pass.id, (before.id // "-"), (pass | at | todate)] | join(" ");

. // []
| if $ARGS.named.what == "list" then
    whole_eras
    | if length == 0 then "There are no backups yet."
      else .[] | "any moment from \(.base | copied | todate) to \(.passes | last | at | todate)" end
elif $ARGS.named.what == "newest" then
    whole_eras | last // empty | . as $era | chosen($era; $era.passes | last; null)
elif $ARGS.named.what == "moment" then
    ($ARGS.named.to | tonumber) as $to
    | whole_eras | map(select((.base | copied) <= $to)) | last // empty
    | . as $era
    | ($era.passes | map(select(at >= $to)) | first // empty) as $pass
    | chosen($era; $pass; $era.passes | map(select(at < $to)) | last)
elif $ARGS.named.what == "last-media" then
    map(select(.tags != null and is("media"))) | sort_by(.time) | last // empty | .id
elif $ARGS.named.what == "forget" then
    (now - ($ARGS.named.days | tonumber) * 86400) as $oldest
    | all_eras as $all
    | ($all | map(select(.base and .media and (.passes | length > 0)))) as $whole
    | $all[] | . as $era
    | ([$whole[] | select(.era > $era.era)] | first) as $next
    | if .era == $ARGS.named.current then empty
      # Begun, and never finished.
      elif (.passes | length) == 0 then (if (.ids | length) > 0 and ((.base // .media | at) < now - 86400) then .ids[] else empty end)
      # Another one reaches as far back as was promised.
      elif $next != null and ($next.base | copied) <= $oldest then .ids[]
      # One pass for each hour and the last one: each has all WAL of its era until then.
      else (.passes | group_by(.time[:13]) | map(.[:-1]) | add // [] | .[].id) end
else error("what?") end
