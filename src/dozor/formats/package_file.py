"""One signed file for a memory stick: a manifest, its Ed25519 signature, and the parts the manifest names.

A package is a zip with ``manifest.json`` (canonical JSON), ``signature`` (64 bytes over the manifest) and
the parts, each with its size and SHA-256 in the manifest. Nothing in it is believed before the signature
is; no part is unpacked to a disk, and no more of one is read than its manifest may name.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dozor.core.findings import Finding, Refused

FORMAT, VERSION = "dozor-package", 1
MANIFEST, SIGNATURE = "manifest.json", "signature"
LARGEST, LARGEST_MANIFEST, MOST_PARTS = 12_000_000, 200_000, 4
SUFFIX = ".dozor"
_PART = re.compile(r"[a-z][a-z-]{0,30}\.(json|pdf|png|jpg)", re.ASCII)
_SIGNED = b"dozor package, manifest: "


@dataclass(frozen=True)
class SignedPackage:
    """A package as read: what it says, and the bytes that were signed."""

    manifest: Mapping[str, Any]
    signed: bytes
    signature: bytes
    parts: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest: the package's own name, in receipts too."""
        return hashlib.sha256(self.signed).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON that is written in one way only."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def write_package(manifest: Mapping[str, Any], parts: Mapping[str, bytes], key: Ed25519PrivateKey) -> bytes:
    """Sign and write a package; the same content gives the same bytes."""
    listed = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(parts.items())
    ]
    signed = canonical({**manifest, "format": FORMAT, "format_version": VERSION, "parts": listed})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            (MANIFEST, signed),
            (SIGNATURE, key.sign(_SIGNED + signed)),
            *sorted(parts.items()),
        ):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return file.getvalue()


def read_package(content: bytes, name: str = "") -> SignedPackage:
    """Read a package whose every part is as its manifest says; the signature is checked apart.

    Raises
    ------
    Refused
        ``PKG-LARGE``; ``PKG-FILE``: no package, or a half of one; ``PKG-MANIFEST``; ``PKG-FORMAT``: of a
        version not known here; ``PKG-PART``: a part altered, missing or not named in the manifest.
    """
    if len(content) > LARGEST:
        raise Refused(Finding("PKG-LARGE", str(len(content)), {"limit": LARGEST}, file=name))
    # nothing stands before or behind the archive: a package is no picture, page or program besides
    if not content.startswith(b"PK\x03\x04") or content[-22:-18] != b"PK\x05\x06":
        raise Refused(Finding("PKG-FILE", file=name))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            held = _held(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise Refused(Finding("PKG-FILE", file=name)) from None
    signed, signature = held.pop(MANIFEST, None), held.pop(SIGNATURE, None)
    if signed is None or signature is None:
        raise Refused(Finding("PKG-FILE", file=name))
    manifest = _manifest(signed, name)
    listed = {str(p["name"]): p for p in manifest["parts"]}
    for part in sorted(listed.keys() | held.keys()):
        is_as_told = (
            part in listed
            and part in held
            and listed[part]["size"] == len(held[part])
            and listed[part]["sha256"] == hashlib.sha256(held[part]).hexdigest()
        )
        if not is_as_told:
            raise Refused(Finding("PKG-PART", part[:60], file=name))
    return SignedPackage(manifest, signed, signature, held)


def check_signature(package: SignedPackage, public_key: str, name: str = "") -> None:
    """Raise ``PKG-SIGNATURE`` unless the holder of the key signed this manifest."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(package.signature, _SIGNED + package.signed)
    except (InvalidSignature, ValueError):
        raise Refused(
            Finding("PKG-SIGNATURE", str(package.manifest.get("sender", ""))[:40], file=name)
        ) from None


def public_of(key: Ed25519PrivateKey) -> str:
    """The public key in hexadecimal, as it is told to a recipient."""
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return key.public_key().public_bytes(*raw).hex()


def fingerprint(public_key: str) -> str:
    """What two people read to each other over the telephone: 16 digits of the key's SHA-256."""
    digest = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]
    return "-".join(digest[i : i + 4] for i in range(0, 16, 4))


def _held(archive: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS + 2:
        raise Refused(Finding("PKG-FILE", str(len(entries)), file=file))
    held: dict[str, bytes] = {}
    room = LARGEST
    for entry in entries:
        known = entry.filename in {MANIFEST, SIGNATURE} or _PART.fullmatch(entry.filename)
        if not known or entry.filename in held:
            raise Refused(Finding("PKG-PART", entry.filename[:60], file=file))
        limit = LARGEST_MANIFEST if entry.filename == MANIFEST else room
        with archive.open(entry) as part:
            # what the entry says of its size is not believed
            content = part.read(limit + 1)
        if len(content) > limit:
            raise Refused(Finding("PKG-LARGE", entry.filename, {"limit": limit}, file=file))
        room -= len(content)
        held[entry.filename] = content
    return held


def _manifest(signed: bytes, file: str) -> Mapping[str, Any]:
    try:
        manifest = json.loads(signed)
        is_ours = isinstance(manifest, dict) and manifest.get("format") == FORMAT
        if is_ours and manifest.get("format_version") != VERSION:
            found = str(manifest.get("format_version"))[:20]
            raise Refused(Finding("PKG-FORMAT", found, {"known": VERSION}, file=file))
        parts = manifest["parts"] if is_ours else None
        is_whole = isinstance(parts, list) and all({"name", "size", "sha256"} <= set(p) for p in parts)
        if not is_whole or canonical(manifest) != signed:
            raise Refused(Finding("PKG-MANIFEST", file=file))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(Finding("PKG-MANIFEST", file=file)) from None
    return dict(manifest)
