"""The frame of all pages: language, menu, and templates of which parts can be shown by themselves."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from sim.core.model.text import Language
from sim.core.model.time import format_offset
from sim.web.accounts import Account
from sim.words import word

LANGUAGE_COOKIE: Final = "beeld-language"
_MOVING: Final = "live_"
"""How the names of blocks begin that are sent again when what they show has changed."""


_KEPT_MAX: Final = 6_000
"""Pieces of pages that are kept, so that they need not be made again for everybody who looks: some 12 MiB."""

_MARK: Final = re.compile("<!--/?p-->")
_PIECE: Final = re.compile(r"<!--p-->(\s*<(\w+)\b[^>]*?\bid=\"([^\"]+)\".*?)<!--/p-->", re.DOTALL)


class Sent:
    """What a browser has of the moving parts of a page, so that only what is new goes to it."""

    def __init__(self) -> None:
        self._parts: dict[str, str] = {}
        self._pieces: dict[str, dict[str, int]] = {}

    def changed(self, parts: Mapping[str, str]) -> dict[str, str]:
        """Return the parts that changed; in these, of a piece that did not, no more than that it is the same.

        Pieces stand between the marks ``<!--p-->`` and ``<!--/p-->``, which are left out; each is an element with
        an id.
        """
        found = {
            name: self._reduced(name, html) for name, html in parts.items() if self._parts.get(name) != html
        }
        self._parts = dict(parts)
        return found

    def _reduced(self, part: str, html: str) -> str:
        before, now = self._pieces.get(part, {}), dict[str, int]()

        def reduce(match: re.Match[str]) -> str:
            piece, tag, name = match.groups()
            now[name] = hash(piece)
            is_same = before.get(name) == now[name]
            return f'<{tag} id="{name}" data-same></{tag}>' if is_same else str(piece)

        reduced = _PIECE.sub(reduce, html)
        self._pieces[part] = now  # what went away is no longer there, and is sent whole when it is back
        return reduced


_KEPT: Final[OrderedDict[tuple[Hashable, ...], Markup]] = OrderedDict()


def kept(key: tuple[Hashable, ...], macro: Callable[..., str], *arguments: Any) -> Markup:
    """Return a piece of a page that a macro makes; that which was made before, if one was with the same ``key``."""
    known = _KEPT.get(key)
    if known is None:
        known = _KEPT[key] = Markup(macro(*arguments))  # noqa: S704 -- what a macro returns is escaped already
        if len(_KEPT) > _KEPT_MAX:
            _KEPT.popitem(last=False)
    else:
        _KEPT.move_to_end(key)
    return known


class Frame:
    """Shows pages.

    Args:
        language: Of who has not chosen one.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._environment = Environment(
            loader=PackageLoader("sim.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["offset"] = format_offset
        self._environment.globals["kept"] = kept

    def language(self, connection: HTTPConnection) -> Language:
        """Return the language that somebody chose, or else that of the browser, or else that of the server."""
        chosen = connection.query_params.get("lang") or connection.cookies.get(LANGUAGE_COOKIE)
        if chosen in ("nl", "en"):
            return "nl" if chosen == "nl" else "en"
        accepted = [
            part.partition(";")[0].strip()[:2]
            for part in connection.headers.get("accept-language", "").split(",")
        ]
        return next(
            ("nl" if one == "nl" else "en" for one in accepted if one in ("nl", "en")), self._language
        )

    def page(
        self, request: Request, template: str, account: Account | None, *, status: int = 200, **shown: Any
    ) -> Response:
        """Return a page; the language that was asked for in its address is kept for the next ones."""
        language = self.language(request)
        context = {
            "say": speaker(language),
            "language": language,
            "account": account,
            "here": request.url.path,
            **shown,
        }
        response = HTMLResponse(_MARK.sub("", self._template(template).render(context)), status)
        if request.query_params.get("lang") == language:
            response.set_cookie(LANGUAGE_COOKIE, language, samesite="strict", httponly=True)
        return response

    def parts(self, template: str, language: Language, shown: Mapping[str, Any]) -> dict[str, str]:
        """Return the moving parts of a page by the id of the element that they fill."""
        found = self._template(template)
        context = found.new_context({"say": speaker(language), "language": language, **shown})
        # Up to the first piece of the page: by then what the template imports and extends is in the context.
        next(found.root_render_func(context), None)
        return {
            name.replace("_", "-"): "".join(blocks[0](context))
            for name, blocks in context.blocks.items()
            if name.startswith(_MOVING)
        }

    def _template(self, name: str) -> Template:
        return self._environment.get_template(name)


def speaker(language: Language) -> Any:
    """Return what says a text of the catalogue, by its key after ``page-``."""

    def say(key: str, **values: object) -> str:
        return word(f"page-{key}", language, **values)

    return say
