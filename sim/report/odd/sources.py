"""What the source files say of themselves: docstrings, comments of fields, and who reads what.

Files are parsed, not imported, so that a description of the engines needs neither of them.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from inspect import cleandoc
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
HEADER = re.compile(r"^(\w[\w ]*)\n-{3,}\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Field:
    """A field of a record: its name, its type as written, and the comment behind it."""

    name: str
    kind: str
    comment: str


@dataclass(frozen=True)
class Record:
    """A dataclass: what it says of itself and its fields, by the comments that head them.

    Parameters
    ----------
    name, text
        Name and description.
    groups
        Heading, "" before the first, and fields below it.
    """

    name: str
    text: str
    groups: tuple[tuple[str, tuple[Field, ...]], ...]


@dataclass(frozen=True)
class Module:
    """A source file.

    Parameters
    ----------
    name
        Dotted name below the package: ``behaviour.trust``.
    source
        Its text.
    """

    name: str
    source: str

    @property
    def short(self) -> str:
        """Return the last part of the name."""
        return self.name.rpartition(".")[2]

    @cached_property
    def tree(self) -> ast.Module:
        """Return the parsed source."""
        return ast.parse(self.source)

    @property
    def text(self) -> str:
        """Return what the module says of itself."""
        return description(ast.get_docstring(self.tree))

    @property
    def functions(self) -> list[tuple[str, str]]:
        """Return name and description of each public function, in the order of the file."""
        functions = [node for node in self.tree.body if isinstance(node, ast.FunctionDef)]
        public = [node for node in functions if not node.name.startswith("_")]
        return [(node.name, description(ast.get_docstring(node))) for node in public]

    def fills(self, record: str) -> list[tuple[str, str, str]]:
        """Return name, description and source of each function that sets fields of a record by name.

        The source is what stands below the docstring, without its indentation.
        """
        found = []
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef) and any(_sets(part, record) for part in ast.walk(node)):
                docstring = ast.get_docstring(node)
                below = node.body[0 if docstring is None else 1]
                lines = self.source.splitlines()[below.lineno - 1 : node.end_lineno]
                found.append((node.name, description(docstring), cleandoc("\n" + "\n".join(lines))))
        return found

    @property
    def records(self) -> list[Record]:
        """Return the dataclasses of the module, in the order of the file."""
        comments = _comments(self.source)
        lines = self.source.splitlines()
        found = []
        for node in self.tree.body:
            if not isinstance(node, ast.ClassDef) or not _is_dataclass(node):
                continue
            groups: list[tuple[str, list[Field]]] = [("", [])]
            last = node.body[0].end_lineno or node.lineno
            for item in node.body:
                if not isinstance(item, ast.AnnAssign) or not isinstance(item.target, ast.Name):
                    continue
                above = [
                    comments[number]
                    for number in range(last + 1, item.lineno)
                    if number in comments and lines[number - 1].lstrip().startswith("#")
                ]
                if above:
                    groups.append((" ".join(above), []))
                last = item.end_lineno or item.lineno
                field = Field(item.target.id, ast.unparse(item.annotation), comments.get(last, ""))
                groups[-1][1].append(field)
            kept = tuple((title, tuple(fields)) for title, fields in groups if fields)
            found.append(Record(node.name, description(ast.get_docstring(node)), kept))
        return found

    @cached_property
    def reads(self) -> set[str]:
        """Return every attribute that is read or written, as its last two names: ``world.trust_external``."""
        return _reads(self.tree)

    @cached_property
    def imports(self) -> set[str]:
        """Return the full names of what is imported."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    def uses(self, other: "Module", name: str) -> bool:
        """Return whether the module imports a name from another one, or reads it off that module."""
        return f"sim.{other.name}.{name}" in self.imports or f"{other.short}.{name}" in self.reads

    def passes_on(self, read: str) -> set[str]:
        """Return the names under which the module writes something made directly of what it reads.

        Parameters
        ----------
        read
            As in `reads`; what is written are fields by name, entries of mappings, named arguments.
        """
        found = set()
        for node in ast.walk(self.tree):
            pairs: list[tuple[ast.AST | None, ast.AST]] = []
            if isinstance(node, ast.Assign):
                pairs = [
                    (target.slice, node.value) for target in node.targets if isinstance(target, ast.Subscript)
                ]
            elif isinstance(node, ast.Dict):
                pairs = list(zip(node.keys, node.values, strict=True))
            elif isinstance(node, ast.keyword) and node.arg is not None:
                pairs = [(ast.Constant(node.arg), node.value)]
            found |= {_last_text(key) for key, value in pairs if read in _reads(value)}
        return found - {""}

    def constants(self, below: str | None = None) -> dict[str, int]:
        """Return the whole numbers that the module names in capitals.

        Parameters
        ----------
        below
            Start of a comment: only the block of lines right below it counts. None for all.
        """
        lines = self.source.splitlines()
        start, end = 0, len(lines)
        if below is not None:
            heads = [place for place, line in enumerate(lines, start=1) if line.startswith(below)]
            if not heads:
                return {}
            start = heads[0]
            end = next((place for place in range(start, end) if not lines[place].strip()), end)
        return {name: value for name, value, line in self._numbers() if start < line <= end}

    def _numbers(self) -> Iterator[tuple[str, int, int]]:
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                target, value = node.targets[0], node.value.value
                if isinstance(target, ast.Name) and target.id.isupper() and type(value) is int:
                    yield target.id, value, node.lineno


def modules(package: str) -> list[Module]:
    """Return the modules of one package of the project, by name."""
    paths = sorted((PACKAGE / package).rglob("*.py"))
    return [_module(path) for path in paths if path.stem != "__init__"]


def module(name: str) -> Module:
    """Return one module by its dotted name below the package."""
    return _module(PACKAGE.joinpath(*name.split(".")).with_suffix(".py"))


def _module(path: Path) -> Module:
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return Module(name, path.read_text(encoding="utf-8"))


def description(docstring: str | None) -> str:
    """Return the paragraphs of a docstring before its first section, each on a line of its own."""
    text = cleandoc(docstring or "")
    header = HEADER.search(text)
    if header:
        text = text[: header.start()]
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())


def summary(text: str) -> str:
    """Return the first paragraph of a description."""
    return text.partition("\n\n")[0]


def in_words(name: str) -> str:
    """Return a name as words, for what has no comment of its own."""
    return name.replace("_", " ")


def _reads(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            before = getattr(owner, "id", getattr(owner, "attr", ""))
            found.add(f"{before}.{node.attr}")
    return found


def _last_text(key: ast.AST | None) -> str:
    """Return the text of a key, of one that is put together the last piece."""
    if isinstance(key, ast.JoinedStr) and key.values:
        key = key.values[-1]
    return str(key.value).strip("_") if isinstance(key, ast.Constant) else ""


def _sets(node: ast.AST, record: str) -> bool:
    if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Store):
        return False
    return getattr(node.value, "id", "") == record


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _is_dataclass(node: ast.ClassDef) -> bool:
    named = [item.func if isinstance(item, ast.Call) else item for item in node.decorator_list]
    return any(getattr(item, "id", getattr(item, "attr", "")) == "dataclass" for item in named)
