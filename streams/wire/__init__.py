"""What goes over the wire: bytes into values and back, bounded as they come in. No I/O."""
