"""Expressions of a followed program: names, sums, slices, calls of what libraries define; see `flow`."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from conv_viz.layers.values import Shape
from conv_viz.text.program import carry, carry_views
from conv_viz.text.program.statements import Line
from conv_viz.text.program.values import (
    UNKNOWN,
    Chain,
    Instance,
    Module,
    Names,
    Reached,
    Tensor,
    Tired,
    dotted_name,
    known,
    short,
)

MAX_STEPS = 1_500  # expressions that are looked at
MAX_DEPTH = 24  # of expressions and calls
FACTORIES = {"randn", "rand", "zeros", "ones", "empty", "Tensor", "FloatTensor", "full", "randint"}
LIBRARIES = ("", "torch", "np", "numpy", "np.random", "numpy.random")
WRAPPERS = {"Parameter", "Variable", "from_numpy", "tensor", "as_tensor", "FloatTensor"}
FUNCTIONAL = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
NUMBERS = {ast.Add: int.__add__, ast.Sub: int.__sub__, ast.Mult: int.__mul__, ast.FloorDiv: int.__floordiv__}


class Expressions:
    """Finds values of expressions; what the text itself defines and calls is the subject of a subclass."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.reached: dict[int, Reached] = {}
        self.passed: dict[int, Reached] = {}  # of layers of other kinds than nn.Conv2d, which do not decide what is run
        self.weights: set[int] = set()
        self.tensors: list[Tensor] = []
        self.steps = MAX_STEPS
        self.depth = 0
        self.line = Line(0, 0, "")

    def count(self) -> None:
        """One more step; raises `Tired` when there were enough, or too many inside each other."""
        self.steps -= 1
        if self.steps < 0 or self.depth > MAX_DEPTH:
            raise Tired

    def applied(self, called: Any, node: ast.Call, names: Names) -> Any:
        """A value of the text that is called."""
        raise NotImplementedError

    def value(self, node: ast.expr, names: Names) -> Any:
        """The value of an expression."""
        self.count()
        self.depth += 1
        try:
            return self._value(node, names)
        finally:
            self.depth -= 1

    def _value(self, node: ast.expr, names: Names) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return names.get(name, self.values.get(name, UNKNOWN))
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return tuple(self.value(part, names) for part in parts)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                value = self.value(inner, names)
                return -value if isinstance(value, int | float) else value if isinstance(value, Tensor) else UNKNOWN
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(self.value(left, names), op, self.value(right, names))
            case ast.Attribute():
                return self.attribute(node, names)
            case ast.Subscript(value=inner, slice=index):
                return self.subscript(node, self.value(inner, names), index, names)
            case ast.Call():
                return self.call(node, names)
            case ast.IfExp(body=body, orelse=other):
                values = self.value(body, names), self.value(other, names)
                return Tensor(None, "an if") if any(isinstance(value, Tensor) for value in values) else UNKNOWN
        return UNKNOWN

    def attribute(self, node: ast.Attribute, names: Names) -> Any:
        if (named := dotted_name(node)) in self.values:
            return self.values[named]
        owner = self.value(node.value, names)
        match owner, node.attr:
            case Instance(attributes=attributes), name:
                return attributes.get(name, owner.cls.methods.get(name, UNKNOWN))
            case Tensor(shape=shape), "shape" if shape is not None:
                return shape
            case Tensor(shape=shape), "data":
                return owner
            case Tensor(shape=shape), "T" if shape is not None and len(shape) == 2:
                return self.stepped(owner, shape[::-1], ast.unparse(node))
            case Tensor(), name:
                return Tensor(None, f".{name}")
        return UNKNOWN

    def subscript(self, node: ast.Subscript, inner: Any, index: ast.expr, names: Names) -> Any:
        parts = [self.index(part, names) for part in (index.elts if isinstance(index, ast.Tuple) else [index])]
        single = parts[0] if len(parts) == 1 else UNKNOWN
        if isinstance(inner, Chain) and isinstance(single, int | slice):
            inner.used = True
            try:
                picked = inner.parts[single]
            except IndexError:
                return UNKNOWN
            return Chain(picked, inner.runs) if isinstance(single, slice) else picked
        if isinstance(inner, tuple) and isinstance(single, int | slice):
            try:
                return inner[single]
            except (IndexError, TypeError, ValueError):
                return UNKNOWN
        if isinstance(inner, Tensor):
            if inner.shape is None:
                return inner
            if any(not (part is None or part is Ellipsis or type(part) in (int, slice)) for part in parts):
                return Tensor(None, short(ast.unparse(node)))
            try:
                return self.stepped(inner, carry_views.sliced(inner.shape, parts), ast.unparse(node))
            except (carry_views.Lost, TypeError, ValueError):
                return Tensor(None, short(ast.unparse(node)))
        return UNKNOWN

    def index(self, node: ast.expr, names: Names) -> Any:
        if isinstance(node, ast.Slice):
            ends = [None if end is None else self.value(end, names) for end in (node.lower, node.upper, node.step)]
            return slice(*ends) if all(end is None or type(end) is int for end in ends) else UNKNOWN
        return self.value(node, names)

    def binary(self, left: Any, op: ast.operator, right: Any) -> Any:
        if type(left) is int and type(right) is int:
            compute = NUMBERS.get(type(op))
            if compute is None or (isinstance(op, ast.FloorDiv) and right == 0):
                return UNKNOWN
            number = compute(left, right)
            return number if abs(number) <= carry_views.LARGEST else UNKNOWN
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Tensor) and isinstance(other, int | float):
                return one
        if isinstance(left, Tensor) and isinstance(right, Tensor) and not isinstance(op, ast.MatMult):
            if left.shape is None or right.shape is None:
                return left if left.shape is None else right
            try:
                return replace(left, shape=carry_views.broadcast(left.shape, right.shape))
            except carry_views.Lost:
                return Tensor(None, "a sum of two tensors")
        return Tensor(None, "a sum") if isinstance(left, Tensor) or isinstance(right, Tensor) else UNKNOWN

    # -- calls --------------------------------------------------------------------------

    def call(self, node: ast.Call, names: Names) -> Any:
        dotted = dotted_name(node.func)
        root = dotted.partition(".")[0]
        if dotted and root not in names and dotted not in names:
            return self.library(node, *dotted.rpartition(".")[::2], names)
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value, names)
            if isinstance(owner, Tensor):
                return self.method(node, owner, node.func.attr, names)
            if isinstance(owner, Instance) and node.func.attr == "forward" and "forward" in owner.cls.methods:
                return self.applied(owner, node, names)
            if isinstance(owner, Instance | Chain | Module) and node.func.attr in {*carry.KEPT, "eval", "train"}:
                return owner
        return self.applied(self.value(node.func, names), node, names)

    def library(self, node: ast.Call, prefix: str, name: str, names: Names) -> Any:
        """A call of something that the text does not define."""
        positional, named, plain = self.arguments(node, names)
        first = positional[0] if positional else named.get("input", UNKNOWN)
        if name in WRAPPERS and isinstance(first, Tensor):
            return first
        if name in FACTORIES and prefix in LIBRARIES:
            return self.made(node, name, positional, named)
        if name in ("cat", "concat", "concatenate") and isinstance(first, tuple):
            return self.joined(node, first, positional[1:], named)
        if name == "conv2d":
            return self.functional(node, positional, named)
        if name in ("range", "list", "tuple", "len", "int", "reversed"):
            return self.builtin(name, positional)
        if name in ("Sequential", "ModuleList", "OrderedDict"):
            parts: Any = tuple(positional)
            if len(positional) == 1 and isinstance(positional[0], tuple | Chain):
                parts = positional[0]
            parts = parts.parts if isinstance(parts, Chain) else parts
            pairs = parts and all(isinstance(p, tuple) and len(p) == 2 and isinstance(p[0], str) for p in parts)
            return Chain([part[1] if pairs else part for part in parts], name != "ModuleList")
        if name[:1].isupper():
            return Module(name, (tuple(positional), named) if plain else None, self.line.offset(node))
        if isinstance(first, Tensor):
            return self.ruled(node, name, first, positional[1:], {k: v for k, v in named.items() if k != "input"})
        if any(isinstance(value, Tensor) for value in (*positional, *named.values())):
            return Tensor(None, short(ast.unparse(node)))
        return UNKNOWN

    def arguments(self, node: ast.Call, names: Names) -> tuple[list[Any], dict[str, Any], bool]:
        """Values of the arguments, and whether all are known."""
        positional: list[Any] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                spread = self.value(argument.value, names)
                parts = spread.parts if isinstance(spread, Chain) else spread
                positional += parts if isinstance(parts, tuple | list) else [UNKNOWN]
            else:
                positional.append(self.value(argument, names))
        named = {keyword.arg or "**": self.value(keyword.value, names) for keyword in node.keywords}
        return positional, named, known((*positional, *(v for k, v in named.items() if k not in ("device", "dtype"))))

    def made(self, node: ast.Call, name: str, positional: list[Any], named: dict[str, Any]) -> Any:
        """A tensor by its sizes."""
        sizes = named.get("size", positional[-1] if name == "randint" and positional else tuple(positional))
        if name == "full" and positional:
            sizes = positional[0]
        if isinstance(sizes, tuple) and len(sizes) == 1 and isinstance(sizes[0], tuple):
            sizes = sizes[0]
        if not (
            isinstance(sizes, tuple) and all(type(size) is int and 0 < size <= carry_views.LARGEST for size in sizes)
        ):
            return Tensor(None, short(ast.unparse(node)))
        tensor = Tensor(sizes, source=sizes, at=self.line.offset(node))
        self.tensors.append(tensor)
        return tensor

    def joined(self, node: ast.Call, parts: tuple[Any, ...], positional: list[Any], named: dict[str, Any]) -> Tensor:
        shapes = [part.shape if isinstance(part, Tensor) else None for part in parts]
        try:
            after = carry_views.joined([shape for shape in shapes if shape is not None], *positional, **named)
        except (carry_views.Lost, TypeError, IndexError, ValueError):
            return Tensor(None, short(ast.unparse(node)))
        if None in shapes:
            return next((p for p in parts if isinstance(p, Tensor) and p.shape is None), Tensor(None, "cat"))
        return self.stepped(parts[0], after, ast.unparse(node))

    def builtin(self, name: str, positional: list[Any]) -> Any:
        first = positional[0] if len(positional) == 1 else UNKNOWN
        if name == "range" and 0 < len(positional) <= 3 and all(type(n) is int for n in positional):
            try:
                return range(*positional)
            except ValueError:
                return UNKNOWN
        if name == "int" and isinstance(first, int | float) and abs(first) <= carry_views.LARGEST:
            return int(first)
        if name == "len" and isinstance(first, tuple | range):
            return len(first)
        if name == "reversed" and isinstance(first, tuple):
            return first[::-1]
        if name in ("list", "tuple") and isinstance(first, tuple | Chain):
            return first
        return UNKNOWN

    def method(self, node: ast.Call, owner: Tensor, name: str, names: Names) -> Any:
        """A method of a tensor; a name that ends in ``_`` changes the tensor itself."""
        positional, named, _ = self.arguments(node, names)
        if name == "size" and owner.shape is not None:
            if not positional:
                return owner.shape
            return (
                owner.shape[positional[0]] if positional[0] in range(-len(owner.shape), len(owner.shape)) else UNKNOWN
            )
        if name in ("dim", "item", "numel", "tolist", "numpy"):
            return UNKNOWN
        return self.ruled(node, name.removesuffix("_"), owner, positional, named)

    def ruled(self, node: ast.Call, name: str, tensor: Tensor, positional: list[Any], named: dict[str, Any]) -> Tensor:
        """A tensor after a call that `carry` may know."""
        if tensor.shape is None or name in carry.KEPT:
            return tensor
        source = ast.unparse(node)
        if not known((*positional, *named.values())):
            return Tensor(None, short(source))
        try:
            return self.stepped(tensor, carry.carry(name, tensor.shape, *positional, **named), source)
        except carry_views.Lost:
            return Tensor(None, short(source))

    def stepped(self, tensor: Tensor, after: Shape, source: str) -> Tensor:
        steps = tensor.steps if after == tensor.shape else (*tensor.steps, short(source))[-6:]
        return replace(tensor, shape=after, steps=steps)

    def functional(self, node: ast.Call, positional: list[Any], named: dict[str, Any]) -> Any:
        """``F.conv2d(input, weight, bias, stride, padding, dilation, groups)``."""
        given = {**dict(zip(FUNCTIONAL, positional, strict=False)), **named}
        nodes = {**dict(zip(FUNCTIONAL, node.args, strict=False)), **{str(k.arg): k.value for k in node.keywords}}
        unknown = [ast.unparse(nodes[n])[:60] for n, v in given.items() if n in FUNCTIONAL[3:] and not known((v,))]
        x, weight, bias = given.pop("input", UNKNOWN), given.pop("weight", UNKNOWN), given.pop("bias", None)
        at = self.line.offset(node)
        self.weights |= {part.at for part in (weight, bias) if isinstance(part, Tensor) and part.at >= 0}
        if not (isinstance(weight, Tensor) and weight.shape is not None):
            return Tensor(None, short(ast.unparse(node)))
        x = x if isinstance(x, Tensor) else Tensor(None, "x")
        self.reached.setdefault(at, Reached(x, weight.shape, bias is not None, given, tuple(unknown)))
        if x.shape is None or not known(given.values()):
            return Tensor(None, short(ast.unparse(node)))
        try:
            return self.stepped(x, carry.convolved(x.shape, weight.shape, **given), ast.unparse(node))
        except (carry_views.Lost, TypeError, ValueError, ZeroDivisionError):
            return Tensor(None, short(ast.unparse(node)))
