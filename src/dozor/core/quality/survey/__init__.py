"""S1–S12: what is doubtful in the answers of a survey, and with whom."""
