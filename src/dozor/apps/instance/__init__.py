"""An instance as a whole: made, filled with the example, copied, restored, upgraded."""
