"""The workshop app: two worlds with the same customers side by side, in a browser, without internet.

State and everything that is shown are plain data and functions that know no web framework; only
`sim.app.page` does. `sim.app.mesa_view` is a page of its own, for users of Mesa.
"""
