"""Speed, as ratios in one run: `python -m bench` prints a table and fails where a promise is broken."""
