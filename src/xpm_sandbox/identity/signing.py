"""The key that identity tokens are signed with, and its public half for whoever verifies them (RS256, RFC 7517)."""

import base64
import json
import sqlite3
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_PLACE = "signing key"
KEY_ID = "sandbox"


def signed(db: sqlite3.Connection, claims: dict[str, Any]) -> str:
    """The claims as a signed JWT."""
    header = {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
    text = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{text}.{b64(_key(db).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def key_set(db: sqlite3.Connection) -> dict[str, Any]:
    """The public keys."""
    numbers = _key(db).public_key().public_numbers()
    parts = {name: b64(_bytes(number)) for name, number in (("n", numbers.n), ("e", numbers.e))}
    return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, **parts}]}


def b64(raw: bytes) -> str:
    """URL-safe base64 without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _key(db: sqlite3.Connection) -> rsa.RSAPrivateKey:
    """The world's key, made when it is first needed; wants a transaction that may write."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_PLACE,)).fetchone()
    text = str(row[0]) if row else _fresh()
    if row is None:
        db.execute("INSERT INTO meta VALUES (?, ?)", (_PLACE, text))
    return _read(text)


@cache
def _fresh() -> str:
    # One for all worlds of a process: making a key takes long, and nothing real hangs on it.
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


@cache
def _read(text: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the signing key is no RSA key")
    return key


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)
