"""What is doubtful in figures and answers, and why; nothing here changes a value.

Rules D1–D19 speak of figures (`reporting`, `arithmetic`, `related`, `expectation`, `history`, `digits`,
`verification`), S1–S12 of answers (`survey`). Their thresholds stand in the plan's text (`thresholds`).
A rule gives `Doubt`s: a coded finding with the cell it is about, to be corrected, confirmed or explained.

Nothing is imported here: every command loads what is kept of doubts, few ask a rule, and rules bring SciPy.
"""
