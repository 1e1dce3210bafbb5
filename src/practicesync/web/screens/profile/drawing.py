"""The relationship diagram as boxes and lines: pure arithmetic, from which the template makes an SVG.

`wide` is a tree in rows where these have room for every box; where they have not, and nothing hangs on the parties,
the boxes stand in a grid. `tall` is a list with indents, readable on a phone and with any number of parties.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from practicesync.core.fields import ClientKind
from practicesync.core.words import KIND_WORDS
from practicesync.queries.diagram import Diagram, Node

MOST_ABREAST = 5
BOX, GAP, HEIGHT, DROP = 196, 18, 62, 46
INDENT, LINE, BETWEEN = 22, 54, 8
TALL_WIDTH = 340
LETTER = 7
"""Pixels that a letter takes at most, on average: names that would not fit are cut, and told whole by the title."""


@dataclass(frozen=True, slots=True)
class Box:
    """One client: where it stands, and its two lines of text."""

    id: int
    x: int
    y: int
    width: int
    height: int
    name: str
    told: str
    whole: str
    again: bool
    middle: bool = False

    @property
    def text_x(self) -> int:
        """Where its lines begin."""
        return self.x + 10

    @property
    def name_y(self) -> int:
        """The baseline of its name."""
        return self.y + self.height // 2 - 4

    @property
    def told_y(self) -> int:
        """The baseline of its second line."""
        return self.y + self.height // 2 + 14


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawing: its size, its boxes, and the paths of its lines."""

    name: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The diagram in each shape that it has, and in words."""

    shapes: tuple[Shape, ...]
    title: str
    description: str


def draw(diagram: Diagram) -> Drawing:
    """Lay a diagram out."""
    flat = not any(node.children for node in (*diagram.above, *diagram.below))
    shapes = []
    if max(_leaves(diagram.above), _leaves(diagram.below)) <= MOST_ABREAST:
        shapes.append(_wide(diagram))
    elif flat:
        shapes.append(_grid(diagram))
    shapes.append(_tall(diagram, "tall" if shapes else "only"))
    return Drawing(tuple(shapes), f"Relationships of {diagram.name}", _in_words(diagram))


def _in_words(diagram: Diagram) -> str:
    told = [
        f"{start} {'; '.join(f'{node.name}: ' + ', '.join(node.roles) for node in nodes)}."
        for start, nodes in (
            (f"Parties of {diagram.name} are", diagram.above),
            (f"{diagram.name} is itself a party of", diagram.below),
        )
        if nodes
    ]
    return " ".join(told)


def _leaves(nodes: Sequence[Node]) -> int:
    return sum(max(1, _leaves(node.children)) for node in nodes)


def _depth(nodes: Sequence[Node]) -> int:
    return 1 + max(_depth(node.children) for node in nodes) if nodes else 0


def _middle(diagram: Diagram, x: int, y: int, width: int, height: int) -> Box:
    told = KIND_WORDS[diagram.kind]
    return Box(
        diagram.id, x, y, width, height, _cut(diagram.name, width), told, f"{diagram.name}, {told}", False, middle=True
    )


def _box(node: Node, x: int, y: int, width: int, height: int) -> Box:
    roles = ", ".join(node.roles)
    whole = f"{node.name}, {_kind(node.kind)}: {roles}" + (" (also elsewhere in this diagram)" if node.again else "")
    return Box(node.id, x, y, width, height, _cut(node.name, width), _cut(roles, width, small=True), whole, node.again)


def _kind(kind: ClientKind) -> str:
    return KIND_WORDS[kind].lower()


def _cut(text: str, width: int, *, small: bool = False) -> str:
    most = (width - 20) // (LETTER - 1 if small else LETTER)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _wide(diagram: Diagram) -> Shape:
    """Rows: the parties above, their parties above them; below what the client is a party of."""
    step = HEIGHT + DROP
    abreast = max(1, _leaves(diagram.above), _leaves(diagram.below))
    width = abreast * (BOX + GAP) - GAP
    top = _depth(diagram.above) * step
    middle = _middle(diagram, (width - BOX) // 2, top, BOX, HEIGHT)
    boxes, lines = [middle], list[str]()
    for nodes, sign in ((diagram.above, -1), (diagram.below, 1)):
        start = (width - (_leaves(nodes) * (BOX + GAP) - GAP)) // 2
        for box, on in _rows(nodes, middle, start, sign * step):
            boxes.append(box)
            lines.append(_elbow(on, box, upwards=sign < 0))
    height = top + HEIGHT + _depth(diagram.below) * step
    return Shape("wide", width, height, tuple(boxes), tuple(lines))


def _rows(nodes: Sequence[Node], on: Box, start: int, step: int) -> Iterator[tuple[Box, Box]]:
    """Each node's box with the one that it hangs on; a node stands in the middle over its own."""
    for node in nodes:
        span = max(1, _leaves(node.children)) * (BOX + GAP)
        box = _box(node, start + (span - GAP - BOX) // 2, on.y + step, BOX, HEIGHT)
        yield box, on
        yield from _rows(node.children, box, start, step)
        start += span


def _elbow(on: Box, box: Box, *, upwards: bool) -> str:
    """From one box up or down to the other, with a corner half way."""
    start, end = (on.y, box.y + box.height) if upwards else (on.y + on.height, box.y)
    half = (start + end) // 2
    return f"M{on.x + on.width // 2} {start}V{half}H{box.x + box.width // 2}V{end}"


def _grid(diagram: Diagram) -> Shape:
    """Rows of as many boxes as have room, each joined to the line at the left that leads to the client."""
    step = HEIGHT + DROP
    rows_above = -(-len(diagram.above) // MOST_ABREAST)
    rows_below = -(-len(diagram.below) // MOST_ABREAST)
    width = INDENT + MOST_ABREAST * (BOX + GAP) - GAP
    middle = _middle(diagram, INDENT + (width - INDENT - BOX) // 2, rows_above * step, BOX, HEIGHT)
    boxes, lines = [middle], list[str]()
    for row, nodes in enumerate(_abreast(diagram.above)):
        bus = row * step + HEIGHT + DROP // 2
        boxes += _in_a_row(nodes, row * step)
        lines += [f"M{box.x + BOX // 2} {box.y + HEIGHT}V{bus}H1" for box in boxes[-len(nodes) :]]
    for row, nodes in enumerate(_abreast(diagram.below)):
        y = middle.y + step * (row + 1)
        boxes += _in_a_row(nodes, y)
        lines += [f"M{box.x + BOX // 2} {y}V{y - DROP // 2}H1" for box in boxes[-len(nodes) :]]
    top, bottom = HEIGHT + DROP // 2, middle.y + HEIGHT + (rows_below - 1) * step + DROP // 2
    at = middle.y + HEIGHT // 2
    lines.append(f"M1 {top if rows_above else at}V{bottom if rows_below else at}M1 {at}H{middle.x}")
    return Shape("wide", width, middle.y + HEIGHT + rows_below * step, tuple(boxes), tuple(lines))


def _abreast(nodes: Sequence[Node]) -> list[Sequence[Node]]:
    return [nodes[start : start + MOST_ABREAST] for start in range(0, len(nodes), MOST_ABREAST)]


def _in_a_row(nodes: Sequence[Node], y: int) -> list[Box]:
    return [_box(node, INDENT + place * (BOX + GAP), y, BOX, HEIGHT) for place, node in enumerate(nodes)]


def _tall(diagram: Diagram, name: str) -> Shape:
    """A list with indents: the parties above the client, each with its own above it; the rest below."""
    before = list(_listed(diagram.above, 1, upwards=True))
    after = list(_listed(diagram.below, 1, upwards=False))
    step = LINE + BETWEEN
    places = {
        id(node): _box(node, depth * INDENT, row * step, TALL_WIDTH - depth * INDENT, LINE)
        for row, (node, depth, _) in enumerate([*before, (None, 0, None), *after])
        if node is not None
    }
    middle = _middle(diagram, 0, len(before) * step, TALL_WIDTH, LINE)
    lines = []
    for node, _, on in (*before, *after):
        upper = places[id(on)] if on is not None else middle
        box = places[id(node)]
        stem = upper.x + INDENT // 2
        edge = upper.y if box.y < upper.y else upper.y + upper.height
        lines.append(f"M{stem} {edge}V{box.y + LINE // 2}H{box.x}")
    height = (len(before) + len(after) + 1) * step - BETWEEN
    return Shape(name, TALL_WIDTH, height, (middle, *places.values()), tuple(lines))


Listed = tuple[Node, int, Node | None]
"""A node, how deep it is, and the one that it hangs on; None for the client in the middle."""


def _listed(nodes: Sequence[Node], depth: int, *, upwards: bool, on: Node | None = None) -> Iterator[Listed]:
    for node in nodes:
        if not upwards:
            yield node, depth, on
        yield from _listed(node.children, depth + 1, upwards=upwards, on=node)
        if upwards:
            yield node, depth, on
