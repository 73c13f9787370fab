"""XDS.b towards the DMP: a pure codec for both directions. Only ``client`` opens a socket."""
