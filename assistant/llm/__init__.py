"""Model servers behind one interface; one file a server."""
