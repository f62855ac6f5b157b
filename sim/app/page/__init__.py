"""The pages of the app: the only part that knows the web framework."""
