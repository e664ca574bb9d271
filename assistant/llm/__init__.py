"""Model servers: one interface, one file for each kind of server."""
