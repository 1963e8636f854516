# SPDX-License-Identifier: GPL-2.0-only
"""ACPI tables that firmware of real machines has and QEMU does not make.

ACPI Specification 6.5, section 5.2.12 (MADT).
"""

import struct

LOCAL_APIC, X2APIC = 0, 9
ENABLED = 1


def _table(signature, revision, body):
    header = struct.pack('<4sIBB6s8sI4sI', signature, 36 + len(body), revision,
                         0, b'RIG   ', b'BOOTSCRB', 1, b'RIG ', 1)
    table = bytearray(header + body)
    table[9] = -sum(table) & 0xff
    return bytes(table)


def madt_with(cpus, entries):
    """A MADT as QEMU makes it for the q35 machine and that many processors,
    with more entries: "lapic ID [disabled]" or "x2apic ID [disabled]".

    Xen's acpi_apic_instance=2 has it take this one for QEMU's own.
    """
    body = struct.pack('<II', 0xfee00000, 1)
    for cpu in range(cpus):
        body += struct.pack('<BBBBI', LOCAL_APIC, 8, cpu, cpu, ENABLED)
    for entry in entries:
        kind, number, *disabled = entry.split()
        flags = 0 if disabled == ['disabled'] else ENABLED
        if kind == 'lapic':
            body += struct.pack('<BBBBI', LOCAL_APIC, 8, 0xff,
                                int(number, 0), flags)
        else:
            body += struct.pack('<BBHIII', X2APIC, 16, 0, int(number, 0),
                                flags, 0xffff)
    body += struct.pack('<BBBBII', 1, 12, 0, 0, 0xfec00000, 0)
    # The timer's line, and those that QEMU has level-triggered.
    body += struct.pack('<BBBBIH', 2, 10, 0, 0, 2, 0)
    for line in 5, 9, 10, 11:
        body += struct.pack('<BBBBIH', 2, 10, 0, line, line, 0xd)
    body += struct.pack('<BBBHB', 4, 6, 0xff, 0, 1)
    return _table(b'APIC', 3, body)
