"""Fitting by simulation: parameters without a likelihood, from figures that the simulator makes too.

``links``
    The scale on which a figure is emulated, and how far the simulator itself may be off in it.
``knobs``
    Which parameters are fitted: for each figure those that it identifies, with the prior of each.
``measures``
    What a run gives for a figure: the same figure that was counted in the data, by the same function.
``figures``
    Figures of the data with how their errors go together, and figures of simulations.
``simulator``
    From a point in the prior to figures: the world at rest, run, and measured.
``emulator``, ``chains``, ``waves``
    Figures as functions of the parameters, learned where the posterior lies; draws from it.
``fit``
    All of it, as a `sim.calibration.posterior.Finding`.
"""
