"""Which shape reaches each convolution of a pasted program: followed from the tensors that the text makes.

Nothing is run. The statements are parsed one by one by `ast`, so that a half program is followed as far as it goes,
and a small interpreter knows tensors as shapes (`conv_viz.text.program.carry`), modules as calls, and whole numbers.
What it does not know makes a shape unknown, with the words that it stumbled over. The number of steps is bounded.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from conv_viz.layers.kinds import KINDS
from conv_viz.text.program import carry
from conv_viz.text.program.expressions import MAX_DEPTH, Expressions
from conv_viz.text.program.statements import MAX_TEXT, Line, assigned, statements
from conv_viz.text.program.values import (
    UNKNOWN,
    Chain,
    Class,
    Flow,
    Function,
    Instance,
    Module,
    Names,
    Reached,
    Tensor,
    Tired,
    Unknown,
    short,
)

MAX_TURNS = 64  # of one loop


def follow(text: str, values: Mapping[str, Any] | None = None) -> Flow:
    """What reaches each convolution of a program; `values` are whole numbers for names.

    >>> flow = follow("x = torch.rand(1, 3, 8, 8)\\nx = F.pad(x, (1, 2, 0, 0))\\nnn.Conv2d(3, 4, 3)(x)")
    >>> [(at, reached.input.shape, reached.input.steps) for at, reached in flow.reached.items()]
    [(54, (1, 3, 8, 11), ('F.pad(x, (1, 2, 0, 0))',))]
    """
    run = _Run(dict(values or {}))
    try:
        names: Names = {}
        run.lines(statements(text), names)
        run.assume(names)
        whole = len(text) <= MAX_TEXT
    except (Tired, RecursionError):
        whole = False
    return Flow({**run.passed, **run.reached}, frozenset(run.weights), tuple(run.assumed), whole)


class _Run(Expressions):
    """One walk through the text."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.assumed: list[str] = []

    # -- statements ---------------------------------------------------------------------

    def lines(self, lines: list[Line], names: Names) -> Any:
        """Follow a block; the value that it returns, None when it returns none."""
        for line in lines:
            outer, self.line = self.line, line
            returned = self.statement(line.node(), line.children, names)
            self.line = outer
            if returned is not None:
                return returned
        return None

    def statement(self, node: ast.stmt | None, children: list[Line], names: Names) -> Any:
        """Follow one statement with the lines that stand deeper."""
        match node:
            case ast.Assign(targets=targets, value=value):
                result = self.value(value, names)
                for target in targets:
                    self.assign(target, result, names)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign(target, self.value(value, names), names)
            case ast.AugAssign(target=target, op=op, value=value):
                self.assign(target, self.binary(self.value(target, names), op, self.value(value, names)), names)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) as call) if (
                method.endswith("_") and isinstance(names.get(name), Tensor)
            ):
                names[name] = self.value(call, names)
            case ast.Expr(value=value):
                self.value(value, names)
            case ast.Return(value=value):
                return self.value(value, names) if value else UNKNOWN
            case ast.FunctionDef(name=name, args=arguments):
                names[name] = Function(arguments, children)
            case ast.ClassDef(name=name):
                names[name] = self.cls(name, children)
            case ast.With() | ast.Try():
                return self.lines(children, names)
            case ast.For(target=target, iter=iterated):
                return self.loop(target, self.value(iterated, names), children, names)
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                return self.lines(children, names)
            case ast.If():
                self.branch(children, names)
            case None if children:  # prose before an indented block, or an else
                if self.line.clause():
                    self.branch(children, names)
                else:
                    return self.lines(children, names)
            case _:
                self.forget([self.line] if node is None else children, names)
        return None

    def assign(self, target: ast.expr, value: Any, names: Names) -> None:
        match target:
            case ast.Name(id=name):
                names[name] = value
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                if owner == "self" and owner not in names:
                    names[owner] = Instance(Class("", {}))
                if isinstance(names.get(owner), Instance):
                    names[owner].attributes[attribute] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                values = value if isinstance(value, tuple) and len(value) == len(parts) else (UNKNOWN,) * len(parts)
                for part, one in zip(parts, values, strict=True):
                    self.assign(part, one, names)

    def cls(self, name: str, lines: list[Line]) -> Class:
        found: Names = {}
        for line in lines:
            node = line.node()
            if isinstance(node, ast.FunctionDef):
                found[node.name] = Function(node.args, line.children)
        return Class(name, found)

    def loop(self, target: ast.expr, iterated: Any, body: list[Line], names: Names) -> Any:
        parts = iterated.parts if isinstance(iterated, Chain) else iterated
        if not isinstance(parts, tuple | list | range) or len(parts) > MAX_TURNS:
            self.forget(body, names)
            return None
        if isinstance(iterated, Chain):
            iterated.used = True
        for part in parts:
            self.assign(target, part, names)
            returned = self.lines(body, names)
            if returned is not None:
                return returned
        return None

    def branch(self, body: list[Line], names: Names) -> None:
        """Lines that may run or not: what they change is unknown afterwards."""
        before = dict(names)
        self.lines(body, names)
        for name, value in names.items():
            if before.get(name) is not value and not isinstance(value, Function | Class):
                names[name] = Tensor(None, "an if") if isinstance(value, Tensor) else UNKNOWN

    def forget(self, lines: list[Line], names: Names) -> None:
        """Lines that are not followed: what they assign is unknown."""
        for name in assigned(lines):
            owner, _, attribute = name.rpartition(".")
            if isinstance(names.get(owner), Instance):
                names[owner].attributes[attribute] = UNKNOWN
            elif not owner:
                names[name] = Tensor(None, short(self.line.text)) if isinstance(names.get(name), Tensor) else UNKNOWN

    def applied(self, called: Any, node: ast.Call, names: Names) -> Any:
        """A value of the text that is called."""
        positional, named, _ = self.arguments(node, names)
        first = positional[0] if positional else next(iter(named.values()), UNKNOWN)
        source = short(ast.unparse(node))
        if isinstance(called, Class):
            return self.instance(called, positional, named)
        if isinstance(called, Function):
            return self.entered(called, positional, named, names)
        if isinstance(called, Module | Chain | Instance) and isinstance(first, Tensor):
            return self.through(called, first, source, positional, named)
        tensor = next((v for v in (*positional, *named.values()) if isinstance(v, Tensor)), None)
        return Tensor(None, source) if tensor is not None else UNKNOWN

    def instance(self, cls: Class, positional: list[Any], named: dict[str, Any]) -> Instance:
        made = Instance(cls)
        if "__init__" in cls.methods:
            self.entered(cls.methods["__init__"], [made, *positional], named, {})
        return made

    def entered(self, function: Function, positional: list[Any], named: dict[str, Any], names: Names) -> Any:
        """A function of the text with its arguments bound."""
        function.used = True
        parameters = [*function.arguments.posonlyargs, *function.arguments.args]
        local: Names = {name: v for name, v in names.items() if isinstance(v, Function | Class | Instance)}
        first_default = len(parameters) - len(function.arguments.defaults)
        for i, parameter in enumerate(parameters):
            default = function.arguments.defaults[i - first_default] if i >= first_default else None
            local[parameter.arg] = (
                positional[i] if i < len(positional)
                else named[parameter.arg] if parameter.arg in named
                else self.value(default, {}) if default is not None
                else self.values.get(parameter.arg, UNKNOWN)
            )  # fmt: skip
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                raise Tired
            return self.lines(function.body, local)
        finally:
            self.depth -= 1

    def through(
        self, module: Any, tensor: Tensor, source: str, positional: list[Any], named: dict[str, Any]
    ) -> Tensor | Any:
        """A tensor after a module of the text."""
        self.count()
        if isinstance(module, Chain):
            module.used = True
            if not module.runs:
                return Tensor(None, source)
            for part in module.parts:
                tensor = self.through(part, tensor, source, [tensor], {})
                if not isinstance(tensor, Tensor):
                    return Tensor(None, source)
            return tensor
        if isinstance(module, Instance):
            forward = module.cls.methods.get("forward")
            result = self.entered(forward, [module, *positional], named, {}) if forward else None
            return Tensor(None, source) if result is None or isinstance(result, Unknown) else result
        if not isinstance(module, Module):
            return Tensor(None, source)
        return self.layer(module, tensor, source)

    def layer(self, module: Module, tensor: Tensor, source: str) -> Tensor:
        """A tensor after one layer; what reaches a window layer is kept."""
        kind = module.kind
        if kind.endswith("Conv2d"):
            self.reached.setdefault(module.at, Reached(tensor))
        elif kind in KINDS:
            self.passed.setdefault(module.at, Reached(tensor))
        if tensor.shape is None or kind in carry.KEPT:
            return tensor
        if module.arguments is None:
            return Tensor(None, f"nn.{kind}")
        positional, named = module.arguments
        try:
            lazy = kind.removeprefix("Lazy") if kind.startswith("Lazy") else ""
            if lazy in KINDS:  # its first argument is what reaches it
                positional = (tensor.shape[-KINDS[lazy].dims - 1], *positional)
            after = carry.carry(lazy or kind, tensor.shape, *positional, **named)
        except (ValueError, TypeError):
            return Tensor(None, f"nn.{kind}")
        words = [*map(str, positional), *(f"{name}={value}" for name, value in named.items())]
        return self.stepped(tensor, after, f"nn.{kind}({', '.join(words)})")

    # -- what nobody calls ----------------------------------------------------------------

    def assume(self, names: Names) -> None:
        """Modules that the text defines and never calls, on its only picture."""
        pictures = [t for t in self.tensors if t.at not in self.weights and t.shape and len(t.shape) in (3, 4)]
        if len(pictures) != 1 or self.reached:
            return
        for name, value in list(names.items()):
            if isinstance(value, Instance) and name == "self":
                for inner, part in value.attributes.items():
                    self._assumed(f"self.{inner}", part, pictures[0])
                if isinstance(forward := names.get("forward"), Function):
                    self.entered(forward, [value, pictures[0]], {}, names)
            elif isinstance(value, Class) and "forward" in value.methods:
                self._assumed(name, self.instance(value, [], {}), pictures[0])
            elif isinstance(value, Instance | Chain):
                self._assumed(name, value, pictures[0])
            if self.reached:
                return

    def _assumed(self, name: str, module: Any, picture: Tensor) -> None:
        if isinstance(module, Chain | Instance) and not self.reached and not getattr(module, "used", False):
            before = len(self.passed)
            self.through(module, picture, name, [picture], {})
            if self.reached or len(self.passed) > before:
                self.assumed.append(name)
