"""Replace a named rule, in a scratch copy of the checkout, by a twin that lets everything through."""

from __future__ import annotations

import ast
from pathlib import Path

_GUARDING = ("app.web.doors", "app.web.csrf", "app.web.sessions")
IN_DATABASE = ("policy", "branch", "constraint", "trigger", "grant")
# An empty answer lets everything through where a rule lists objections. A frozenset of ours lists what is allowed, so
# there a twin is given.
_NO_OBJECTION = {"tuple": "()", "list": "[]", "set": "set()", "Sequence": "()", "Iterable": "()"}
# A table of facts is dropped.
_DROPPED = _NO_OBJECTION | {
    "dict": "{}",
    "Mapping": "{}",
    "frozenset": "frozenset()",
    "MappingProxyType": "{}",
    "Collection": "()",
}


class NoRuleError(Exception):
    """The name leads to no rule, or to one whose permissive twin must be given."""


def is_in_database(rule: str) -> bool:
    """Tell whether the rule lives in the database, where the test plugin opens it."""
    return rule.partition(":")[0] in IN_DATABASE


def settled(root: Path, rule: str) -> str:
    """Return the rule as it is opened. Raises NoRuleError for a guard that no door has.

    A branch that is named by its declaration is opened in the database; a guard is a function of the doors.
    """
    kind, _, name = rule.partition(":")
    if kind == "guard":
        return _guard(root, name)
    if is_in_database(rule) or rule.startswith("line:"):
        return rule
    node = _find(ast.parse(file_of(root, rule).read_text("utf-8")), rule.partition(":")[2].split("."))
    made = node.value if isinstance(node, ast.Assign) else None
    if isinstance(made, ast.Call) and ast.unparse(made.func) == "Branch":
        reason = next((k.value for k in made.keywords if k.arg == "reason"), made.args[0] if made.args else None)
        return f"branch:{ast.literal_eval(reason)}" if reason is not None else rule
    return rule


def _guard(root: Path, name: str) -> str:
    for module in _GUARDING:
        path = root.joinpath(*module.split(".")).with_suffix(".py")
        tree = ast.parse(path.read_text("utf-8") if path.exists() else "")
        for written in (name, f"_{name}"):
            if isinstance(_find(tree, [written]), ast.FunctionDef):
                return f"{module}:{written}"
    message = f"guard:{name}: no door has such a guard"
    raise NoRuleError(message)


def file_of(root: Path, rule: str) -> Path:
    """Return the file that holds a rule written in the checkout. Raises NoRuleError."""
    kind, _, rest = rule.partition(":")
    if kind == "line":
        path = root / rest.partition("#")[0]
    else:
        path = root.joinpath(*kind.split(".")).with_suffix(".py")
        if not path.exists():
            path = root.joinpath(*kind.split("."), "__init__.py")
    if not path.is_file():
        message = f"{rule}: there is no such file"
        raise NoRuleError(message)
    return path


def opened(source: str, rule: str, twin: str | None = None) -> str:
    """Return the file's text with the rule replaced by its permissive twin. Raises NoRuleError."""
    kind, _, rest = rule.partition(":")
    if kind == "line":
        return _without_lines(source, rule, rest.partition("#")[2])
    tree = ast.parse(source)
    node = _find(tree, rest.split("."))
    if isinstance(node, ast.FunctionDef):
        node.body = ast.parse(f"return {_answer(node, rule)}" if twin is None else _call(node, twin)).body
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        node.value = ast.parse(_fact(node, rule, twin), mode="eval").body
    else:
        message = f"{rule}: there is no such function or table of facts"
        raise NoRuleError(message)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _without_lines(source: str, rule: str, words: str) -> str:
    kept = [line for line in source.splitlines(keepends=True) if words not in line]
    text = "".join(kept)
    if not words or text == source:
        message = f"{rule}: no line holds these words"
        raise NoRuleError(message)
    return text


def _find(tree: ast.Module, names: list[str]) -> ast.stmt | None:
    body: list[ast.stmt] = tree.body
    for depth, name in enumerate(names, start=1):
        found = next((s for s in body if name in _names_of(s)), None)
        if found is None or depth == len(names):
            return found
        body = found.body if isinstance(found, ast.ClassDef) else []
    return None


def _names_of(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Assign):
        return {target.id for target in statement.targets if isinstance(target, ast.Name)}
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return {statement.target.id}
    return set()


def _answer(node: ast.FunctionDef, rule: str) -> str:
    """Return the permissive answer of a signature: yes, the value unchanged, no objection, nothing found."""
    returns = ast.unparse(node.returns) if node.returns else ""
    arguments = [a for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in {"self", "cls"}]
    lazy = any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node))
    if lazy:
        returns = ""
    if returns == "bool":
        return "True"
    if arguments and arguments[0].annotation is not None and ast.unparse(arguments[0].annotation) == returns:
        return arguments[0].arg
    if "None" in {part.strip() for part in returns.split("|")}:
        return "None"
    if returns.partition("[")[0] in _NO_OBJECTION:
        return _NO_OBJECTION[returns.partition("[")[0]]
    message = f"{rule}: its answer {returns or 'in steps'} has no permissive form; give it a twin"
    raise NoRuleError(message)


def _fact(node: ast.Assign | ast.AnnAssign, rule: str, twin: str | None) -> str:
    if twin is not None:
        module, _, name = twin.partition(":")
        return f'__import__("{module}", fromlist=["{name}"]).{name}'
    made = node.value
    written = type(made).__name__.lower()
    called = ast.unparse(made.func) if isinstance(made, ast.Call) else ""
    declared = ast.unparse(node.annotation).partition("[")[0] if isinstance(node, ast.AnnAssign) else ""
    for name in (declared, called, written):
        if name in _DROPPED:
            return _DROPPED[name]
    message = f"{rule}: this is no table that can be dropped; give it a twin"
    raise NoRuleError(message)


def _call(node: ast.FunctionDef, twin: str) -> str:
    module, _, name = twin.partition(":")
    given = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    given += [f"*{node.args.vararg.arg}"] if node.args.vararg else []
    given += [f"{a.arg}={a.arg}" for a in node.args.kwonlyargs]
    given += [f"**{node.args.kwarg.arg}"] if node.args.kwarg else []
    return f"from {module} import {name} as _twin\nreturn _twin({', '.join(given)})"
