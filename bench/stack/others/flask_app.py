"""The application of the tutorial that Gramstack's stack is that of: hello, one row, a file, an upload."""

import os
import uuid

from flask import Flask, jsonify, request, send_from_directory
from psycopg_pool import ConnectionPool

app = Flask(__name__)
folder = "/media"
pool = ConnectionPool(
    " ".join(
        [
            f"host={os.environ['DATABASE_HOST']} port={os.environ['DATABASE_PORT']}",
            f"dbname=gramstack user=gramstack password='{os.environ['DATABASE_PASSWORD']}'",
        ]
    ),
    min_size=1,
    max_size=10,
    # pgbouncer lends a connection for one transaction.
    kwargs={"autocommit": True},
)


@app.get("/")
def hello():
    return jsonify(hello="world")


@app.get("/users/<username>")
def user(username):
    with pool.connection() as connection:
        row = connection.execute("select id::text, username, display_name from users where username = %s", [username]).fetchone()
    return jsonify(id=row[0], username=row[1], name=row[2])


@app.get("/media/<path:name>")
def media(name):
    return send_from_directory(folder, name)


@app.post("/upload")
def upload():
    name = request.args.get("name", uuid.uuid4().hex)
    request.files["file"].save(os.path.join(folder, name))
    return jsonify(name=name), 201
