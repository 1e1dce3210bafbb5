"""Settings > Lists > Addresses: which two addresses the remote keeps of each kind of client."""
