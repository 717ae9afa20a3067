"""How templates are run: Jinja's own environment with what every page pays for many times made straight.

Two documented doors of Jinja are used, `context_class` and `make_globals`. No template here is loaded with globals of its
own, so an imported file of macros is one module for the life of the process and its macros are always the same objects
(`lms.core.fragments` relies on it), and the globals of the application are not laid over an empty map for every page.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, MutableMapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Environment as JinjaEnvironment
from jinja2 import Template, pass_eval_context
from jinja2.runtime import Context, Macro

Blocks = dict[str, Callable[[Context], Iterator[str]]]
PLAIN_CALLS = frozenset({FunctionType, BuiltinFunctionType, MethodType})
WANTS_EVAL = pass_eval_context(lambda: None).jinja_pass_arg  # type: ignore[attr-defined]


class PageContext(Context):
    """A context without globals of its own template, which calls macros and plain functions without detours."""

    def __init__(
        self,
        environment: JinjaEnvironment,
        parent: dict[str, Any],
        name: str | None,
        blocks: Blocks,
        globals: MutableMapping[str, Any] | None = None,
    ) -> None:
        super().__init__(environment, parent, name, blocks)  # no `globals`: imports may use the kept module

    def call(self, called: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        """Call what a template calls; anything unusual goes Jinja's own way."""
        kind = type(called)
        if kind is Macro:
            wanted = WANTS_EVAL
        elif kind in PLAIN_CALLS:
            wanted = getattr(called, "jinja_pass_arg", None)
        else:
            return super().call(called, *args, **named)
        if wanted is WANTS_EVAL:
            args = (self.eval_ctx, *args)
        elif wanted is not None:
            return super().call(called, *args, **named)
        if named:
            named.pop("_block_vars", None)
            named.pop("_loop_vars", None)
        try:
            return called(*args, **named)
        except StopIteration:
            return self.environment.undefined("a callable raised StopIteration")


class PageEnvironment(Environment):
    """Flask's environment with the context above and one plain map of globals for all templates."""

    context_class = PageContext

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._found: dict[str, Template] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """Return a template; each page asks for some twenty, and none of them changes while the process lives."""
        if self.auto_reload or globals or isinstance(name, Template):
            return super().get_template(name, parent, globals)
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = super().get_template(name, parent)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: those of the application, as none brings its own."""
        return ChainMap(d, self.globals) if d else self.globals


def init_app(app: Flask) -> None:
    """Let `app` run its templates so; call it before anything touches `app.jinja_env`."""
    app.jinja_environment = PageEnvironment
