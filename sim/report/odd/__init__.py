"""The model description in the ODD protocol, written from the code so that it cannot drift from it.

Its form is that of Grimm et al. 2020, the second update of the protocol. `sources` reads docstrings,
comments and reads of parameters off the source files, `parameters` the registry, `evidence` leads from
a mechanism to its tests and checks, `prose` holds the few texts that no code tells, `elements` writes
the seven elements and `document` puts them together.
"""

from sim.report.odd.document import is_current, model_description
from sim.report.odd.evidence import Check

__all__ = ["Check", "is_current", "model_description"]
