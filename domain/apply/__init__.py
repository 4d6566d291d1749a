"""What each kind of input changes; `domain/plan.py` then says what to do about it."""
