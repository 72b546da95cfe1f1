"""The template environment of one language, made for pages that are drawn thousands of times.

Four differences from Jinja's own, each only in what a page costs and none in what it says:

- a text that a template says literally, `{{ _("Continue") }}`, is translated when the template is compiled;
- a call goes straight to its function: no template here calls a function that asks for the context;
- a value goes into the page escaped as ever, without the wrapper that marks it as safe and that joining takes off;
- names that every template knows are one plain dictionary, which an import of macros does not have to walk.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape

# Functions of one language and one process: the same words in, the same words out, on every page.
SETTLED = frozenset({"_", "asset"})


class PageContext(Context):
    """What a template sees; calls cost what a call costs in Python."""

    def call(self, function: Callable[..., Any], /, *positional: Any, **named: Any) -> Any:
        """Call a function or a macro from a template."""
        # The compiler hands these on for functions that ask for the context.
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        return function(*positional, **named)


def shown(value: object) -> str:
    """Return a value as it stands in a page: escaped, unless it is markup already."""
    if type(value) is str:
        return _escape_inner(value)
    return value if type(value) is Markup else escape(value)


class PageCode(CodeGenerator):
    """Writes the Python code of a template."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


class PageEnvironment(Environment):
    """Templates of one language."""

    context_class = PageContext
    code_generator_class = PageCode
    shown = staticmethod(shown)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the names that a template knows beside its context."""
        return {**self.globals, **d} if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template: nodes.Template = _Settler(self.globals).visit(super()._parse(source, name, filename))
        return template


class _Settler(NodeTransformer):
    """Puts the result in the place of a call whose arguments stand in the template itself."""

    def __init__(self, known: MutableMapping[str, Any]) -> None:
        self._known = known

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802  Jinja's name
        self.generic_visit(node, *args, **kwargs)
        if not isinstance(node.node, nodes.Name) or node.node.name not in SETTLED & self._known.keys():
            return node
        words = [each.value for each in node.args if isinstance(each, nodes.Const)]
        if len(words) != len(node.args) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        return nodes.Const(self._known[node.node.name](*words), lineno=node.lineno)
