"""From a firm's own records to a scenario: what its data settle, and what they leave open.

The layers, each of which knows only those before it:

``records``
    Reads tables. A reader returns what it understood of a file as a frozen value, together with how the
    file was read and which rows were left out and why (`records.table.Table`); it never drops a row
    silently.
a module per route: ``orders``, ``contracts``, ``survey``, ``contact``
    A route turns records into one `posterior.Finding`: joint draws by dotted path of the scenario,
    statistics with their sampling errors, values that were simply read off, and what stays open.
    Whatever has a likelihood in closed form (`closed_forms`, `closed_posteriors`) is settled there.
fitting by simulation
    Takes the findings so far, a base scenario and statistics, and returns a further finding. Its draws
    have as many rows as the findings it was given, and row k of it belongs to row k of those: it may
    condition on them.
``posterior``
    `posterior.joined` makes one `posterior.Posterior` of all findings, which is saved and loaded.
``scenario_file``
    Writes the posterior as a scenario: medians, with where each value is from. ``pace`` then lets its
    customers order as often as the data say with the mechanisms on.
``predictive``
    Holds the figures of the data against firms simulated over draws of the posterior.
``forecast``
    Runs the scenario over draws of the posterior, and the closed forms beside it.

Numbers in draws stand in the units of the scenario's registry (rates per year of 365 days, money in the
currency of the file), never in those of a file or of a paper.
"""
