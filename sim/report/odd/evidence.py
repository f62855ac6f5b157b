"""From a mechanism to the rules that carry it, their tests, and the checks that hold it against data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from sim.engine.records import world_values
from sim.report.odd.markdown import code, codes, table
from sim.report.odd.sources import Module, modules
from sim.world.library import load_scenario, scenarios
from sim.world.mechanisms import OFF, Mechanisms

NOT_READERS = ("world.compatibility",)  # it refuses what does not fit, and decides nothing


@dataclass(frozen=True)
class Check:
    """A pattern that the model has to show.

    Parameters
    ----------
    name
        In a word or two.
    pattern
        What is compared.
    data
        What it is held against.
    how
        Test file, or command, that does it.
    mechanisms
        Names of the mechanisms that it bears on.
    """

    name: str
    pattern: str
    data: str
    how: str
    mechanisms: tuple[str, ...]


TESTED_IN = {
    "behaviour.order": "tests/behaviour/test_tick.py",  # orders are tested as they are lived
    "engine.population": "tests/engine/test_simulation.py",
}
"""Where a module has no test file of its own name."""


def test_file(module: str) -> str:
    """Return the test file of a module: of its own name in the same folder, see `TESTED_IN`."""
    folder, _, name = module.rpartition(".")
    return TESTED_IN.get(module, f"tests/{folder}/test_{name}.py")


@dataclass(frozen=True)
class Carrier:
    """Who carries a mechanism.

    Parameters
    ----------
    outside
        Modules that turn its parameters into a policy or a trait before a customer meets them.
    rules
        Modules of behaviour that read its parameters, or that policy or trait.
    """

    outside: tuple[str, ...]
    rules: tuple[str, ...]


class Readers:
    """Who reads which parameter, found in the sources."""

    def __init__(self) -> None:
        self.rules = modules("behaviour")
        self.others = [
            *modules("engine"),
            *modules("study"),
            *(part for part in modules("world") if _decides(part)),
        ]
        self._flat = set(world_values(load_scenario(scenarios()[0])))

    def flat_name(self, path: str) -> str:
        """Return the name under which rules read a parameter, "" if they cannot."""
        parts = path.split(".")
        names = ["_".join(parts[start:]) for start in range(len(parts))]
        return next((name for name in names if name in self._flat), "")

    def of_parameter(self, path: str) -> list[str]:
        """Return the modules that read a parameter, those of behaviour first.

        Rules read it off the world under its flat name, other modules off its section. Of parts
        that are named freely, such as segments, whoever reads all of them reads each.
        """
        wanted = {f"world.{self.flat_name(path)}"}
        found = [part.name for part in self.rules if wanted & part.reads]
        owner = path.partition(".<name>")[0] if "<name>" in path else path
        wanted = wanted | {".".join(owner.split(".")[-2:])}
        return found + [part.name for part in self.others if wanted & part.reads]

    def of_section(self, paths: Iterable[str]) -> list[str]:
        """Return the modules that read any of some parameters."""
        return sorted({name for path in paths for name in self.of_parameter(path)})

    def of_mechanism(self, name: str) -> Carrier:
        """Return who carries a mechanism."""
        outside: set[str] = set()
        rules: set[str] = set()
        for path in OFF[name]:
            readers = self.of_parameter(path)
            direct = {reader for reader in readers if reader.startswith("behaviour.")}
            rules |= direct
            if not direct:
                outside |= set(readers)
                rules |= self._passed_on(path)
        return Carrier(tuple(sorted(outside)), tuple(sorted(rules)))

    def _passed_on(self, path: str) -> set[str]:
        """Return the rules that read the trait, or the part of the policy, that is made of a parameter.

        It is the one that other modules write from it, or bears its name.
        """
        read = ".".join(path.split(".")[-2:])
        names = {path.rpartition(".")[2]}.union(*(part.passes_on(read) for part in self.others))
        found = set()
        for part in self.rules:
            for read in part.reads:
                owner, _, attribute = read.partition(".")
                if owner in ("customer", "policy") and any(
                    f"_{attribute}".endswith(f"_{name}") for name in names
                ):
                    found.add(part.name)
        return found


def _decides(module: Module) -> bool:
    """Return whether a module of the world does something, rather than declare parameters."""
    return "sim.world.parameter.parameter" not in module.imports and module.name not in NOT_READERS


def mechanism_table(readers: Readers, checks: Sequence[Check]) -> str:
    """Return the table that leads from each mechanism to its rules, tests, checks and data.

    A mechanism that no check names has only its unit tests and its ablation.
    """
    rows = []
    for item in fields(Mechanisms):
        number, _, meaning = item.metadata["parameter"].meaning.partition(": ")
        carrier = readers.of_mechanism(item.name)
        carried = [*carrier.rules, *carrier.outside]
        bearing = [check for check in checks if item.name in check.mechanisms]
        rows.append(
            (
                code(item.name),
                number if meaning else "",
                codes(carried),
                codes(dict.fromkeys(test_file(name) for name in carried)),
                "; ".join(f"{check.name} {check.pattern}" for check in bearing) or "none yet",
                "; ".join(dict.fromkeys(check.data for check in bearing)) or "none yet",
            )
        )
    return table(("mechanism", "number", "modules", "unit tests", "check", "data"), rows)
