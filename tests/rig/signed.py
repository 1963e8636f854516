# SPDX-License-Identifier: GPL-2.0-only
"""Data for SetVariable() with a valid signature, by a key made for it.

UEFI 2.10, section 8.2.2: EFI_VARIABLE_AUTHENTICATION_2.  A variable that the
specification gives to nobody is whose that signs it first: it is replaced or
deleted with the same key alone.
"""

import os
import struct
import subprocess
import uuid

# Non-volatile, at boot, at run time, authenticated by time
ATTRIBUTES = 0x27
EFI_CERT_TYPE_PKCS7_GUID = uuid.UUID('4aafd29d-68df-49ee-8aa9-347d375665a7')
WIN_CERT_TYPE_EFI_GUID = 0x0ef1
# ContentInfo around SignedData, which is left out: two lengths of two bytes,
# an object identifier of nine
CONTENT_INFO = 19


def signed_write(directory, name, guid, data):
    """Bytes that create it with ATTRIBUTES; directory: for scratch files."""
    time = struct.pack('<H6BIhBB', 2026, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    signature = _signature(directory, name.encode('utf-16-le') +
                           uuid.UUID(guid).bytes_le +
                           struct.pack('<I', ATTRIBUTES) + time + data)
    return (time + struct.pack('<IHH', 24 + len(signature), 0x200,
                               WIN_CERT_TYPE_EFI_GUID) +
            EFI_CERT_TYPE_PKCS7_GUID.bytes_le + signature + data)


def _signature(directory, text):
    key, cert, file = (os.path.join(directory, name)
                       for name in ('key.pem', 'cert.pem', 'text'))
    with open(file, 'wb') as output:
        output.write(text)
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes',
                    '-keyout', key, '-out', cert, '-subj', '/CN=hostile'],
                   check=True, stderr=subprocess.DEVNULL)
    made = subprocess.run(['openssl', 'smime', '-sign', '-binary', '-noattr',
                           '-md', 'sha256', '-signer', cert, '-inkey', key,
                           '-in', file, '-outform', 'DER'],
                          check=True, stdout=subprocess.PIPE).stdout
    return made[CONTENT_INFO:]
