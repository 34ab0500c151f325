"""Small changes of a module, each of which some test ought to notice.

Comparisons, and/or, not, arithmetic, numbers, truth values, what is returned, raised and looped.
Texts, annotations, decorators and documentation are left alone.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

Swap = dict[type[ast.AST], tuple[type[ast.AST], ...]]
COMPARED: Swap = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
CALCULATED: Swap = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Mutant:
    """One change: which node of the tree, what becomes of it, and where that is."""

    place: int
    variant: int
    line: int
    words: str
    is_inside: bool
    """Whether it is in the body of a function, and so does nothing while modules load."""


def mutants_of(source: str) -> list[Mutant]:
    """Every change, in the order of the text."""
    tree = ast.parse(source)
    left_alone, inside = _left_alone(tree), _inside(tree)
    found = [
        Mutant(
            place,
            variant,
            _line(node),
            f"{_short(node)}  ->  {_short(other)}",
            id(node) in inside,
        )
        for place, node in enumerate(ast.walk(tree))
        if id(node) not in left_alone
        for variant, other in enumerate(_variants(node))
    ]
    return sorted(found, key=lambda one: (one.line, one.place, one.variant))


def mutated(source: str, mutant: Mutant) -> ast.Module:
    """The tree with that one change."""
    tree = ast.parse(source)
    target = list(ast.walk(tree))[mutant.place]
    other = list(_variants(target))[mutant.variant]
    ast.copy_location(other, target)

    class Replacing(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return other if node is target else super().generic_visit(node)

    Replacing().visit(tree)
    return ast.fix_missing_locations(tree)


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    yield from _variants_of_values(node)
    yield from _variants_of_steps(node)


def _variants_of_values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[operator]):
            yield from (_with(node, ops=[kind()]) for kind in COMPARED[type(operator)])
        case ast.BoolOp(op=operator):
            yield _with(node, op=ast.Or() if isinstance(operator, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield copy.deepcopy(node.operand)
        case ast.BinOp(op=operator) | ast.AugAssign(op=operator):
            yield from (_with(node, op=kind()) for kind in CALCULATED.get(type(operator), ()))
        case ast.Constant(value=bool() | int() | float() as value):
            yield ast.Constant(not value if isinstance(value, bool) else value + 1)
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            yield _with(node, func=ast.Name(CALLED[name], ast.Load()))


def _variants_of_steps(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If(test=ast.Name() | ast.Call() | ast.Attribute() | ast.NamedExpr() as test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), copy.deepcopy(test)))
        case ast.IfExp(test=ast.Name() | ast.Call() | ast.Attribute() as test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), copy.deepcopy(test)))
        case ast.comprehension(ifs=[_, *_]):
            yield _with(node, ifs=[])
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Break():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()


def _with(node: ast.AST, **changes: object) -> ast.AST:
    other = copy.deepcopy(node)
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _left_alone(tree: ast.Module) -> set[int]:
    """Annotations, decorators, and what only type checkers read."""
    return {
        id(inner) for node in ast.walk(tree) for part in _unread(node) for inner in ast.walk(part)
    }


def _unread(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from node.decorator_list
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns:
        yield node.returns
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
        yield node.annotation
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        yield node
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp | ast.Subscript):
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if any(name.istitle() for name in names):  # Content = Text | Number
            yield node.value


def _inside(tree: ast.Module) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            body = [node.body] if isinstance(node, ast.Lambda) else node.body
            found |= {id(one) for part in body for one in ast.walk(part)}
    return found


def _line(node: ast.AST) -> int:
    return int(getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 0))


def _short(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    if isinstance(node, ast.comprehension):
        return ast.unparse(node).strip()
    return " ".join(ast.unparse(node).split())[:70]
