"""A table that is taken along opens in a spreadsheet as what it is."""

from adapters.web.console.csv_answer import written


def test_nothing_that_somebody_typed_is_computed() -> None:
    """A formula stays a text; commas, quotes and lines stay in their cell; what is not there is empty."""
    for hidden in (" =1", "\n=1", "\u200b@x", "\uff1d1", "\ufeff\uff0b1"):
        assert written([(hidden,)]).decode().strip('"').startswith("'")
    told = written([("=1+1", "+1 312", "-2", "@x", "\t=1", "a,b", 'say "x"\nand y', None, 7)])

    assert told == b'\'=1+1,\'+1 312,\'-2,\'@x,\'\t=1,"a,b","say ""x""\nand y",,7\r\n'
