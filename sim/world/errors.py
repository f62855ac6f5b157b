"""The one error a user's mistake raises, and the search for what was meant."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class ConfigurationError(ValueError):
    """A description that cannot be simulated, told in one line.

    Parameters
    ----------
    key
        Dotted path of the value at fault, as it is written in YAML or on the command line.
    problem
        What is wrong with it.
    advice
        What would be right: the nearest name, a range with its unit, or an example.
    """

    def __init__(self, key: str, problem: str, advice: str = "") -> None:
        self.key = key
        self.problem = problem
        self.advice = advice
        super().__init__(f"{key}: {problem}" + (f"; {advice}" if advice else ""))

    def __reduce__(self) -> tuple[type["ConfigurationError"], tuple[str, str, str]]:
        return (type(self), (self.key, self.problem, self.advice))  # it crosses processes in a sweep

    def under(self, prefix: str) -> "ConfigurationError":
        """Return the same error seen from an object that holds the value under `prefix`."""
        key = f"{prefix}.{self.key}" if self.key else prefix
        return ConfigurationError(key, self.problem, self.advice)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return advice that names the known name closest to `name`, or lists what is known.

    Examples
    --------
    >>> nearest("guarante", ["guarantee", "baseline"])
    "did you mean 'guarantee'?"
    """
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    if not names:
        return "nothing is known here"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"known: {shown}"


def check_least(**numbers: tuple[int, int]) -> None:
    """Make sure that numbers are not too small.

    Parameters
    ----------
    **numbers
        By key, a number and the least that it may be.

    Raises
    ------
    ConfigurationError
        At the first that is too small.
    """
    for key, (number, least) in numbers.items():
        if number < least:
            raise ConfigurationError(key, f"{number} is outside its range", f"valid: at least {least}")


def check_once(key: str, names: Sequence[str], advice: str = "name each strategy once") -> None:
    """Make sure that no name is listed twice.

    Raises
    ------
    ConfigurationError
        At the first that is.
    """
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(key, f"'{name}' stands twice", advice)
