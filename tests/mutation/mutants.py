"""One small change of a source at a time: constants, comparisons, boolean operators, sums, returns, statements.

Left out: annotations, decorators, docstrings, f-strings, the wording of errors and log lines, and `strict=` of zip.
"""

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

SMALL = 16
"""Whole numbers below it grow by one, all others are doubled: one more than a bound of 65,536 is no other bound."""
Located = ast.expr | ast.stmt
_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
}
_REMOVED = (ast.Expr, ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete)
_NOT_RUN = frozenset({"annotation", "returns", "decorator_list", "type_params"})
_LOGS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """A source with one change."""

    line: int
    """Where it begins, counted from 1."""
    last: int
    before: str
    after: str
    names: frozenset[str]
    """What the module's own statement around it defines: such a one runs at import, so only its users tell who runs it."""
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Every change of this source, in the order of the text."""
    data = source.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for statement in ast.parse(source).body:
        for node, after in _changes(statement):
            last = node.end_lineno or node.lineno
            begin = starts[node.lineno - 1] + node.col_offset
            end = starts[last - 1] + (node.end_col_offset or 0)
            changed = data[:begin] + after.encode() + data[end:]
            yield Mutant(
                node.lineno, last, data[begin:end].decode(), after, _defined(statement), changed.decode()
            )


def _defined(statement: ast.stmt) -> frozenset[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return frozenset({statement.name})
    if isinstance(statement, ast.ClassDef):
        return frozenset({statement.name})
    stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return frozenset(node.id for node in stored if isinstance(node.ctx, ast.Store))


def _changes(node: ast.AST) -> Iterator[tuple[Located, str]]:
    """This node and those below it, with each text that may take its place."""
    if _is_left_out(node):
        return
    if isinstance(node, Located):
        yield from ((node, after) for after in _instead(node))
    if _is_wording(node):
        return
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in _NOT_RUN:
                yield from _changes(child)


def _is_left_out(node: ast.AST) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    guard = (
        isinstance(node, ast.keyword) and node.arg == "strict"
    )  # of zip: a safeguard, for what cannot come
    unsaid = isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom)
    return docstring or guard or unsaid or _is_type(node)


def _is_type(node: ast.AST) -> bool:
    """Whether only the type checker reads it, or who imports everything."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id == "Literal"
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast"


def _is_wording(node: ast.AST) -> bool:
    """Whether what stands in it is said to people: an error, a line of the log."""
    return isinstance(node, ast.Raise) or _is_log(node)


def _is_log(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _LOGS


def _instead(node: Located) -> Iterator[str]:
    match node:
        case ast.Constant():
            yield from _other_constant(node.value)
        case ast.Compare():
            for number, operator in enumerate(node.ops):
                changed = deepcopy(node)
                changed.ops[number] = _OTHER[type(operator)]()  # type: ignore[call-overload]  # an operator for an operator
                yield f"({ast.unparse(changed)})"
        case ast.BoolOp() | ast.BinOp() if type(node.op) in _OTHER:
            other = deepcopy(node)
            other.op = _OTHER[type(node.op)]()  # type: ignore[assignment]  # as above
            yield f"({ast.unparse(other)})"
        case ast.UnaryOp(op=ast.Not()):
            yield f"({ast.unparse(node.operand)})"
        case ast.Return(value=ast.expr() as value) if not _is_nothing(value):
            yield "return None"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "pass"
        case _ if isinstance(node, _REMOVED) and not (isinstance(node, ast.Expr) and _is_log(node.value)):
            yield "pass"


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in {None, False}


def _other_constant(value: object) -> Iterator[str]:
    match value:
        case bool():
            yield str(not value)
        case int():
            yield str(value + 1 if value < SMALL else value * 2)
        case float():
            yield str(value * 2 or 1.0)
        case str() | bytes():
            yield repr(value[:0] if value else (b"x" if isinstance(value, bytes) else "x"))
