"""The practice API, 3.0 and 3.1, XML in and out, over one store.

Sources: Xero developer documentation, Practice Manager 3.1 ("Clients", "Staff"), and recorded 3.0 exchanges.
"""
