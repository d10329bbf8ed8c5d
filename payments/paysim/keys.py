"""RSA keys: the platform's own, and a stock of fresh ones so that a new account need not wait for one."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An RSA 2048 key as PEM texts."""

    private_pem: str
    public_pem: str


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """The key every answer and notice is signed with; `key_id` is the serial merchants know it by."""

    private: RSAPrivateKey
    public_pem: str
    key_id: str


def new_key_pair() -> KeyPair:
    """A fresh key; takes about a tenth of a second."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(private.decode(), _public_pem(key))


def platform_key(folder: Path) -> PlatformKey:
    """The platform's key kept in `folder`, made there at first use."""
    path = folder / "platform_key.pem"
    if not path.exists():
        _write_private(path, new_key_pair().private_pem)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(f"{path} holds no RSA key")
    public_pem = _public_pem(key)
    return PlatformKey(key, public_pem, f"PUB_KEY_ID_{hashlib.sha256(public_pem.encode()).hexdigest()[:32].upper()}")


def _public_pem(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _write_private(path: Path, text: str) -> None:
    # Written aside and renamed, so a kill leaves either no key or a whole one.
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(text)
    os.replace(draft, path)  # noqa: PTH105
