"""A tick of one's own on the compiled engine: written as a plain function, tried in Mesa, then compiled.

The shipped kernels are kept on disk under a digest of our sources. That of somebody else's function would
be served stale, for nobody watches the files it draws on: it is compiled anew in every session.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from types import FunctionType
from typing import Any

from sim.behaviour.customer import CustomerState
from sim.behaviour.tick import live_tick
from sim.world.errors import ConfigurationError, nearest

ARGUMENTS = tuple(inspect.signature(live_tick).parameters)
"""What a tick is given, in this order; see `sim.behaviour.tick.live_tick`."""


@dataclass(frozen=True)
class OwnTick:
    """A tick of one's own as an engine, for ``engine=`` of `sim.simulate` and `sim.compare`.

    Parameters
    ----------
    rule
        The function, as it was written.
    kernel
        The loop over everybody that calls it, compiled; None to run it on Mesa.
    """

    rule: FunctionType
    kernel: Any = field(default=None, repr=False, compare=False)

    @property
    def in_mesa(self) -> "OwnTick":
        """Return the same tick on the Mesa engine: slower, open to inspection, equal to the bit."""
        return replace(self, kernel=None)


def compile_tick(rule: Any) -> OwnTick:
    """Compile a tick of one's own, which takes some 20 seconds and is not kept on disk: it says so.

    It may call `sim.behaviour.tick.live_tick`, all other rules of `sim.behaviour`, and functions of its
    own. What holds for those rules holds for it: plain arithmetic on the attributes of the customer
    (`sim.behaviour.customer.CustomerState`), luck by `sim.behaviour.chance.draw` with purpose numbers of
    its own (from 1000 on none will ever be taken), no containers, no ``**``, which differs between the
    engines in the last bit. Numbers outside the function are read when it is compiled.

    Customers live tick by tick even where they could live apart: a little slower than the shipped tick.

    Parameters
    ----------
    rule
        A function of (customer, policy, world, luck, clock, ledger, log).

    Returns
    -------
    OwnTick
        To be given as ``engine``; its ``in_mesa`` runs the same tick as plain Python.

    Raises
    ------
    ConfigurationError
        If it is no such function, or uses what cannot be compiled.

    Examples
    --------
    >>> import sim
    >>> from sim.behaviour.tick import live_tick
    >>> def quiet(customer, policy, world, luck, clock, ledger, log):
    ...     live_tick(customer, policy, world, luck, clock, ledger, log)
    ...     customer.shock = 0.0  # nobody bears a grudge into the next tick
    >>> engine = sim.compile_tick(quiet)  # doctest: +SKIP
    >>> run = sim.simulate(scenario, strategy, engine=engine)  # doctest: +SKIP
    """
    from numba.core.errors import NumbaError, UnsupportedBytecodeError

    own = own_tick(rule)
    print(
        f"compiling '{rule.__name__}': some 20 seconds, again in every session, for it is not kept on disk",
        file=sys.stderr,
        flush=True,
    )
    compiled = replace(own, kernel=_kernel(own.rule))
    try:
        _warm_up(compiled)
    except KeyError as error:  # so Numba tells that a record has no such field to write to
        unknown = str(error.args[0])
        close = nearest(unknown, (item.name for item in dataclass_fields(CustomerState)))
        advice = close if close.startswith("did") else "customer, policy and world have those of the model"
        raise ConfigurationError(
            rule.__name__, f"cannot be compiled: there is no attribute '{unknown}'", advice
        ) from None
    except (NumbaError, UnsupportedBytecodeError) as error:
        raise ConfigurationError(
            rule.__name__, f"cannot be compiled: {_what_is_wrong(str(error))}", "see sim.compile_tick"
        ) from None
    return compiled


def own_tick(rule: Any) -> OwnTick:
    """Return a tick of one's own on the Mesa engine, without compiling it.

    Raises
    ------
    ConfigurationError
        If it is not a function of what a tick is given.
    """
    name = getattr(rule, "__name__", type(rule).__name__)
    if not isinstance(rule, FunctionType):
        raise ConfigurationError(name, "is not a plain function", f"def {name}({', '.join(ARGUMENTS)})")
    given = len(inspect.signature(rule).parameters)
    if given != len(ARGUMENTS):
        takes = f"takes {given} arguments in place of {len(ARGUMENTS)}"
        raise ConfigurationError(name, takes, f"def {name}({', '.join(ARGUMENTS)})")
    return OwnTick(rule)


def _kernel(rule: FunctionType) -> Any:
    """Return the loop over everybody with this tick in place of the shipped one."""
    from numba import njit

    from sim.engine.kernels import live_together

    for function in (*_helpers(rule, set()), rule):
        _register(function)
    plain = live_together.py_func
    names = {**plain.__globals__, live_tick.__name__: rule}
    own = FunctionType(plain.__code__, names, f"live_together_by_{rule.__name__}")
    return njit(nogil=True, error_model="numpy")(own)


_registered: set[FunctionType] = set()


def _register(function: FunctionType) -> None:
    """Make a function known to Numba, once."""
    from numba.extending import register_jitable

    if function not in _registered:
        _registered.add(function)
        register_jitable(function)


def _helpers(function: FunctionType, seen: set[FunctionType]) -> Iterator[FunctionType]:
    """Yield the functions that one calls and that are not ours, which are known already."""
    known = inspect.getclosurevars(function)
    for item in (*known.globals.values(), *known.nonlocals.values()):
        ours = isinstance(item, FunctionType) and item.__module__.startswith("sim.behaviour.")
        if isinstance(item, FunctionType) and not ours and item not in seen:
            seen.add(item)
            yield from _helpers(item, seen)
            yield item


def _warm_up(engine: OwnTick) -> None:
    """Run the smallest world once: what is compiled does not depend on the world."""
    from sim.engine.lives import run_lives
    from sim.world.library import load_scenario, load_strategy

    world = load_scenario("courier").replace({"customers.count": 1, "time.horizon": 0.05})
    run_lives(world, [load_strategy("baseline", world)], seed=1, kernel=engine.kernel)


def _what_is_wrong(message: str) -> str:
    """Return the line of Numba's long message that names the reason: the innermost one."""
    lines = [line.strip(" -*").strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", message).splitlines()]
    told = ("Untyped global", "Unknown attribute", "Invalid use", "No implementation", "Cannot", "TypeError")
    reasons = [line for line in lines if line.startswith(told) or "not supported" in line]
    return next(iter(reversed(reasons)), lines[0]) if lines else message
