"""Host names, as they stand in e-mail and web addresses."""


def canonical_host(host: str) -> str:
    """The host in lower case, an international name as its ASCII form (RFC 3490), without the root's dot."""
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
