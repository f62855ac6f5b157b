"""How it is shown: tables and figures."""
