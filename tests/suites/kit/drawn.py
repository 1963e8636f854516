# SPDX-License-Identifier: GPL-2.0-only
"""A machine drawn at random, and what a report of it has to say."""

import os
import struct

WORDS = ('Aster', 'Birch', 'Cobalt', 'Delta', 'Ember', 'Fjord', 'Garnet',
         'Heron', 'Iris', 'Juniper', 'Kestrel', 'Larch', 'Maple', 'Nimbus')
ECC = {'none': 3, 'parity': 4, 'single-bit': 5, 'multi-bit': 6, 'crc': 7}
SIGNATURE = {'intel': 0x000606a6, 'amd': 0x00a00f11}
GRAIN = 64


class Drawn:
    """All that is drawn, by one source of random numbers."""

    def __init__(self, rng, vendor, nodes=(), smp=None):
        def name(most):
            return ' '.join(rng.sample(WORDS, 2))[:most] + \
                f' {rng.randrange(10, 1000)}'
        self.rng, self.vendor, self.nodes = rng, vendor, nodes
        self.firmware = {
            'vendor': name(30), 'version': f'F{rng.randrange(1000)}.'
            f'{rng.randrange(10)}', 'date': f'{rng.randrange(1, 13):02}/'
            f'{rng.randrange(1, 29):02}/{rng.randrange(2018, 2030)}'}
        self.system = {'vendor': name(30), 'product': name(30),
                       'version': f'S{rng.randrange(1000)}'}
        self.board = {'vendor': name(30), 'product': name(30),
                      'version': f'R{rng.randrange(1000)}'}
        self.serial = f'SN{rng.randrange(10 ** 9):09}'
        self.uuid = '-'.join(f'{rng.getrandbits(4 * nr):0{nr}x}'
                             for nr in (8, 4, 4, 4, 12))
        self.module_vendor = rng.choice(WORDS)
        self.speed = rng.choice((2400, 2933, 3200, 4800, 5600))
        self.ecc = rng.choice(tuple(ECC))
        self.processor = f'{name(40)} CPU'
        self.microcode = rng.randrange(1, 1 << 31)
        self.smp = smp or str(rng.randrange(1, 4))
        self.low = 512
        self.high = sum(int(size.split('M')[0]) for size in nodes) - \
            self.low if nodes else rng.randrange(512, 1000, 4)
        self.boots_before = rng.randrange(3)
        self.date = (rng.randrange(2027, 2038), rng.randrange(1, 13),
                     rng.randrange(1, 27))

    def processors(self):
        return int(self.smp.split(',')[0])

    def covered(self):
        """MiB above 4 GiB, in whole grains."""
        return self.high // GRAIN * GRAIN

    def planted(self):
        return min(16, self.covered() // GRAIN)

    def cpu(self):
        """Properties of every processor."""
        microcode = self.microcode << 32 if self.vendor == 'intel' \
            else self.microcode
        return f'model-id={self.processor},ucode-rev={microcode:#x}'

    def rtc(self, day):
        year, month, first = self.date
        return f'{year}-{month:02}-{first + day:02}T12:00:00'

    def smbios(self, directory):
        """For QEMU's -smbios."""
        memory = os.path.join(directory, 'smbios16')
        with open(memory, 'wb') as file:
            # DSP0134, 7.17: system board, system memory, error correction,
            # capacity in KiB, no error information, one device.
            file.write(struct.pack('<BBHBBBIHH', 16, 15, 0x1000, 3, 3,
                                   ECC[self.ecc], (self.low + self.high) << 10,
                                   0xfffe, 1) + b'\0\0')
        return (
            'type=0,vendor={vendor},version={version},date={date}'.format(
                **self.firmware),
            'type=1,manufacturer={vendor},product={product},version={version}'
            ',serial={serial},uuid={uuid}'.format(
                **self.system, serial=self.serial, uuid=self.uuid),
            'type=2,manufacturer={vendor},product={product},version={version}'
            ',serial={serial}'.format(**self.board, serial=self.serial),
            f'type=17,manufacturer={self.module_vendor},speed={self.speed},'
            f'serial={self.serial},asset={self.serial}',
            f'file={memory}')
