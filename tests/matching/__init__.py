"""How good the suggestions are: labelled lists, and what is counted on them."""
