"""Why it is believed: checks against data, and the calibration of the reference state."""
