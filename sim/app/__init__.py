"""The workshop in a browser, and a page for users of Mesa."""
