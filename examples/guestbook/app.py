"""A guestbook: visitors write an entry and may add a picture.

`create_app()` makes the application, `app` is the one that `coachwhip` finds. All that it keeps
(entries, pictures, the key that signs cookies) lies in the folder `instance`.
"""

from __future__ import annotations

import secrets
from hmac import compare_digest
from pathlib import Path

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    url_for,
)

import database
import pictures

NAME_MAX = 60
MESSAGE_MAX = 2000
UPLOAD_BYTES_MAX = 5 * 1024 * 1024
ENTRIES_PER_PAGE = 20


def create_app(instance_path: str | None = None) -> Flask:
    """Make the application; what it keeps goes to `instance_path` (absolute) or `instance/`."""
    here = Path(__file__).resolve().parent
    app = Flask(__name__, instance_path=instance_path or str(here / "instance"))
    instance = Path(app.instance_path)
    (instance / "pictures").mkdir(parents=True, exist_ok=True)
    app.config.update(
        SECRET_KEY=database.ensure_secret_key(instance / "secret_key"),
        DATABASE=instance / "guestbook.sqlite3",
        PICTURES=instance / "pictures",
        MAX_CONTENT_LENGTH=UPLOAD_BYTES_MAX,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    database.create_tables(app.config["DATABASE"])
    app.teardown_appcontext(database.close)

    app.jinja_env.globals.update(
        form_token=form_token,
        NAME_MAX=NAME_MAX,
        MESSAGE_MAX=MESSAGE_MAX,
        UPLOAD_MEBIBYTES_MAX=UPLOAD_BYTES_MAX // (1024 * 1024),
    )
    app.add_url_rule("/", view_func=index)
    app.add_url_rule("/entries", view_func=add_entry, methods=["POST"])
    app.add_url_rule("/pictures/<name>", view_func=picture)
    app.register_error_handler(404, not_found)
    app.register_error_handler(413, too_large)
    app.after_request(add_safety_headers)
    return app


def index() -> str:
    """The form, and the newest entries; `?before=ID` shows the ones before that entry."""
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < 2**63:
        abort(404)
    entries, more = database.newest(ENTRIES_PER_PAGE, before)
    return render_template("index.html", entries=entries, more=more, before=before, written={})


def add_entry() -> tuple[str, int] | Response:
    """Check what was sent; keep it and go back to the list, or show the form again."""
    if not compare_digest(request.form.get("token", "").encode(), form_token().encode()):
        return show_form_again(["The form was too old. Please send it once more."])
    name = request.form.get("name", "").strip()
    message = request.form.get("message", "").replace("\r\n", "\n").strip()
    data = request.files["picture"].read() if "picture" in request.files else b""

    problems = []
    if not 0 < len(name) <= NAME_MAX:
        problems.append(f"Please give a name of at most {NAME_MAX} characters.")
    if not 0 < len(message) <= MESSAGE_MAX:
        problems.append(f"Please write a message of at most {MESSAGE_MAX} characters.")
    kind = pictures.recognise(data)
    if data and kind is None:
        problems.append("The file is not a PNG, JPEG, GIF or WebP picture.")
    if problems:
        return show_form_again(problems)

    stored = pictures.store(data, kind) if kind else None
    alt = request.form.get("alt", "").strip()[:200]
    database.add(name, message, stored, alt)
    flash(f"Thank you, {name}! Your entry is in the book.")
    return redirect(url_for("index"), 303)


def show_form_again(problems: list[str], status: int = 400) -> tuple[str, int]:
    entries, more = database.newest(ENTRIES_PER_PAGE)
    written = request.form if status != 413 else {}
    page = render_template(
        "index.html", entries=entries, more=more, before=None, written=written, problems=problems
    )
    return page, status


def picture(name: str) -> Response:
    """A stored picture. Its name is never used twice, so browsers may keep it for ever."""
    if not pictures.NAME.fullmatch(name):
        abort(404)
    response = send_from_directory(
        current_app.config["PICTURES"], name, max_age=365 * 24 * 60 * 60, conditional=True
    )
    response.cache_control.immutable = True
    return response


def not_found(_error: Exception) -> tuple[str, int]:
    return render_template("404.html"), 404


def too_large(_error: Exception) -> tuple[str, int]:
    mebibytes = UPLOAD_BYTES_MAX // (1024 * 1024)
    return show_form_again([f"That was too much: please send at most {mebibytes} MiB."], 413)


def form_token() -> str:
    """A secret of the visitor's session; a form must bring it back, other sites cannot know it."""
    if "token" not in session:
        session["token"] = secrets.token_urlsafe(16)
    return session["token"]


def add_safety_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


app = create_app()
