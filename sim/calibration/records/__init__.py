"""Reading a firm's tables: their form, their columns, and what is left out and why."""
