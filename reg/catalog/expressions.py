"""条件: the small language in which the catalogue says when a material, a signer or a link applies.

A subset of Python: `and or not == != in not in`, brackets, strings, lists of strings, dotted fact names and `always`.
No calls, no arithmetic. A fact that is not given counts as false, empty or "".
"""

import ast
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Final, TypeAlias

Fact: TypeAlias = bool | str | int | Collection[str] | None
Facts: TypeAlias = Mapping[str, Fact]

ALWAYS: Final = "always"
_EMPTY: Final = ""


class ExpressionError(ValueError):
    """A condition that the small language does not know."""


def evaluate(expression: str, facts: Facts) -> bool:
    """Whether the condition holds for these facts."""
    return bool(_compile(expression)[0](facts))


def facts_of(expression: str) -> frozenset[str]:
    """The fact names a condition asks for."""
    return _compile(expression)[1]


_Node: TypeAlias = Callable[[Facts], Fact]


@cache
def _compile(expression: str) -> tuple[_Node, frozenset[str]]:
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError as error:
        raise ExpressionError(f"条件写错了：{expression!r}") from error
    names: set[str] = set()
    return _node(tree.body, names), frozenset(names)


def _node(node: ast.expr, names: set[str]) -> _Node:
    match node:
        case ast.Name() | ast.Attribute():
            return _fact(node, names)
        case ast.Constant(value=str() as text):
            return lambda facts: text
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return _collection(elements)
        case ast.BoolOp(op=ast.And(), values=values):
            parts = [_node(v, names) for v in values]
            return lambda facts: all(part(facts) for part in parts)
        case ast.BoolOp(op=ast.Or(), values=values):
            parts = [_node(v, names) for v in values]
            return lambda facts: any(part(facts) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _node(operand, names)
            return lambda facts: not inner(facts)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _comparison(_node(left, names), operator, _node(right, names))
        case _:
            raise ExpressionError(f"条件里不能用 {type(node).__name__}")


def _fact(node: ast.expr, names: set[str]) -> _Node:
    name = _dotted(node)
    if name == ALWAYS:
        return lambda facts: True
    names.add(name)

    def read(facts: Facts) -> Fact:
        value = facts.get(name)
        return _EMPTY if value is None else value

    return read


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            return f"{_dotted(value)}.{attribute}"
        case _:
            raise ExpressionError("事实名只能是点分的名字")


def _collection(elements: list[ast.expr]) -> _Node:
    texts: list[str] = []
    for element in elements:
        if not (isinstance(element, ast.Constant) and isinstance(element.value, str)):
            raise ExpressionError("列表里只能是字符串")
        texts.append(element.value)
    members = tuple(texts)
    return lambda facts: members


def _comparison(left: _Node, operator: ast.cmpop, right: _Node) -> _Node:
    match operator:
        case ast.Eq():
            return lambda facts: left(facts) == right(facts)
        case ast.NotEq():
            return lambda facts: left(facts) != right(facts)
        case ast.In():
            return lambda facts: left(facts) in _members(right(facts))
        case ast.NotIn():
            return lambda facts: left(facts) not in _members(right(facts))
        case _:
            raise ExpressionError(f"条件里不能用 {type(operator).__name__}")


def _members(value: Fact) -> Collection[Fact]:
    """The right side of `in`. A missing set is empty; a plain string is a mistake, not a set of letters."""
    if value == _EMPTY:
        return ()
    if isinstance(value, (str, bool, int)) or value is None:
        raise ExpressionError(f"in 的右边须是集合：{value!r}")
    return value
