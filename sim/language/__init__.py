"""The words that readers see and how numbers are written, in English and in Russian: one place for all."""
