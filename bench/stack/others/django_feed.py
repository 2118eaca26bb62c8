"""The home feed on Instagram's first framework: the same tables, the same rows, the same things on the page."""

import os
from datetime import datetime, timezone

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    SECRET_KEY=os.urandom(16).hex(),
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[],
    MIDDLEWARE=[],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": os.environ["DATABASE_HOST"],
            "PORT": os.environ["DATABASE_PORT"],
            "NAME": "gramstack",
            "USER": "gramstack",
            "PASSWORD": os.environ["DATABASE_PASSWORD"],
            "CONN_MAX_AGE": None,
            # pgbouncer lends a connection for one transaction.
            "DISABLE_SERVER_SIDE_CURSORS": True,
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [os.path.dirname(os.path.abspath(__file__))],
            "OPTIONS": {"loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])]},
        }
    ],
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class User(models.Model):
    id = models.BigIntegerField(primary_key=True)
    username = models.TextField()
    display_name = models.TextField()
    suspended_at = models.DateTimeField()
    leaves_at = models.DateTimeField()

    class Meta:
        app_label = "feed"
        managed = False
        db_table = "users"

    @property
    def name(self):
        return self.display_name or self.username


class Post(models.Model):
    id = models.BigIntegerField(primary_key=True)
    author = models.ForeignKey(User, models.DO_NOTHING)
    caption = models.TextField()
    place = models.TextField()
    visibility = models.TextField()
    published_at = models.DateTimeField()
    deleted_at = models.DateTimeField()
    like_count = models.IntegerField()
    comment_count = models.IntegerField()

    class Meta:
        app_label = "feed"
        managed = False
        db_table = "posts"

    @property
    def created_at(self):
        return datetime.fromtimestamp((self.id >> 23) / 1000 + 1767225600, timezone.utc)


class Photo(models.Model):
    id = models.BigIntegerField(primary_key=True)
    post = models.ForeignKey(Post, models.DO_NOTHING, related_name="photos")
    position = models.SmallIntegerField()
    rendition_key = models.TextField()
    alt_text = models.TextField()
    width = models.IntegerField()
    height = models.IntegerField()
    dominant_colour = models.TextField()

    class Meta:
        app_label = "feed"
        managed = False
        db_table = "photos"

    @property
    def folder(self):
        return f"/media/{self.rendition_key[:2]}/{self.rendition_key}"


class Comment(models.Model):
    id = models.BigIntegerField(primary_key=True)
    post_id = models.BigIntegerField()
    author = models.ForeignKey(User, models.DO_NOTHING)
    parent_id = models.BigIntegerField()
    text = models.TextField()
    deleted_at = models.DateTimeField()

    class Meta:
        app_label = "feed"
        managed = False
        db_table = "comments"


def ids_with(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {row[0] for row in cursor.fetchall()}


# The newest eleven of those whom one follows: of each their newest, as our own statement has it.
newest = """
    select newest.id
    from follows join users on users.id = follows.followee_id cross join lateral (
        select posts.id from posts
        where posts.author_id = follows.followee_id and posts.published_at is not null and posts.deleted_at is null
            and posts.visibility <> 'direct'
        order by posts.id desc limit 11
    ) as newest
    where follows.follower_id = %s and follows.accepted_at is not null
        and users.suspended_at is null and users.leaves_at is null
    order by newest.id desc limit 11"""

latest = """
    select comment.* from unnest(%s::bigint[]) as post (id) cross join lateral (
        select id, post_id, author_id, parent_id, text, deleted_at from comments
        where comments.post_id = post.id and parent_id is null and deleted_at is null
        order by id desc limit 2
    ) as comment order by comment.id"""


def feed(request, username):
    viewer = User.objects.only("id", "username", "display_name").get(username=username)
    ids = sorted(ids_with(newest, viewer.id), reverse=True)
    posts = list(
        Post.objects.filter(id__in=ids[:10]).select_related("author").prefetch_related("photos").order_by("-id")
    )
    shown = [post.id for post in posts]
    liked = ids_with("select post_id from likes where user_id = %s and post_id = any(%s)", viewer.id, shown)
    saved = ids_with("select post_id from bookmarks where user_id = %s and post_id = any(%s)", viewer.id, shown)
    comments = list(Comment.objects.raw(latest, [shown]).prefetch_related("author"))
    for post in posts:
        post.is_liked = post.id in liked
        post.is_saved = post.id in saved
        post.latest = [comment for comment in comments if comment.post_id == post.id]
    return render(
        request,
        "feed.html",
        {"viewer": viewer, "posts": posts, "next": ids[9] if len(ids) > 10 else None},
    )


urlpatterns = [path("ready", lambda request: HttpResponse("ready")), path("<str:username>", feed)]
application = get_wsgi_application()
