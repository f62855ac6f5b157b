"""How behaviour is executed: keyed luck, records, the compiled and the Mesa engine, the ledger."""
