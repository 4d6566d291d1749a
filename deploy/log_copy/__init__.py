"""Takes `sync.log` out of a cluster into files, and brings it into another."""
