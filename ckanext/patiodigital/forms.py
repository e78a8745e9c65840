"""What each form of ours checks before it acts: that a page of this portal sent it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

import ckantoolkit as tk
from ckan.config.middleware.flask_app import csrf
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

P = ParamSpec("P")
R = TypeVar("R")

#: ``none`` is a person's own act, such as sending a form again from the browser's history.
_OWN_SITES = frozenset({"same-origin", "none"})
_TOKEN_HEADER = "X-CSRFToken"  # noqa: S105 (the name of a header, no secret)


def own_form(view: Callable[P, R]) -> Callable[P, R]:
    """Answer 400 to a POST that no page of this portal sent; to be put right above the view.

    CKAN's own check does not do: in 2.12.0, once an anonymous visitor asked for a view, the worker exempts it
    from CSRF protection for good (CVE-2026-41255). So the sender is told by ``Sec-Fetch-Site`` or ``Origin``,
    and who is logged in must send the token of ``h.csrf_input()`` as well. Whoever is not has no rights that
    a foreign page could use.
    """

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        _check_sender()
        if not tk.current_user.is_anonymous:
            _check_token()
        return view(*args, **kwargs)

    return checked


def public_form(view: Callable[P, R]) -> Callable[P, R]:
    """The same for a form that acts for nobody, whoever is logged in; to be put right above the view.

    Its page is the same bytes for everybody, so it holds no token; and none is needed, since the view uses no
    rights of the sender. CKAN's own check, which would ask who is logged in for one, is switched off for it.
    """

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        _check_sender()
        return view(*args, **kwargs)

    csrf.exempt(checked)
    return checked


def _check_sender() -> None:
    if not _sent_by_this_portal():
        tk.abort(400, tk._("This form was sent from another site. Open the page here and fill it in again."))


def _sent_by_this_portal() -> bool:
    """What the browser says of the sender; programs and old browsers say nothing, and have no page to be tricked by."""
    site = tk.request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN_SITES
    origin = tk.request.headers.get("Origin")
    if origin is None:
        return True
    # Behind a proxy the host may be another one than readers see.
    return origin.rpartition("://")[2] in {tk.request.host, urlsplit(tk.config["ckan.site_url"]).netloc}


def _check_token() -> None:
    try:
        validate_csrf(tk.request.form.get(tk.g.csrf_field_name) or tk.request.headers.get(_TOKEN_HEADER))
    except ValidationError:
        tk.abort(400, tk._("This form is too old or incomplete. Go back, load the page again, and send it once more."))
