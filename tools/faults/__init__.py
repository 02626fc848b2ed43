"""Faults made on purpose, and what the database says after them.

    python -m tools.faults kill --kills 200            kill -9 in the middle of submissions  (G-01, G-02)
    python -m tools.faults twins --forms 50            the same form eight times at once     (G-08)
    python -m tools.faults reuse --forms 20            the same key with other content       (G-09)

Each prints its seed and its counts and ends with 0 only when nothing was lost, doubled or half done.
`--database sqlite` runs it on the embedded shape's database instead of PostgreSQL.
"""
