"""What an agency hands in: its states, its content, and what changed between two versions of it."""
