"""Stand-ins for QuickBooks Online, Canopy and an OpenID Connect issuer: processes that answer over real HTTP, and are strict.

They share no code with the engine, so that a mistake of the engine is not repeated by what it is tested against. Each
rule names its source. Where no source settles a point, the stand-in takes the side that is harder for its caller.
All listen on the loopback address only, and their control requests (`/_control/…`) ask for no token.
"""
