# SPDX-License-Identifier: GPL-2.0-only
"""What can be said of the boots that bench.json counts: sums and slopes.

Pure functions of what was counted.  How it looks on paper is for doc; what
was measured on a real processor is in native.py.
"""

import statistics


class Figures:
    """One run of the bench."""

    def __init__(self, bench):
        self.bench = bench
        self.counted = sorted({one['mib'] for one in bench['counts']
                               if not one['sparse']})
        self.sparse = sorted({one['mib'] for one in bench['counts']
                              if one['sparse']})

    def count(self, mib, mode, background=False):
        """The boot of that kind, or None."""
        for one in self.bench['counts']:
            if one['mib'] == mib and one['mode'] == mode and \
               ('idle' in one['places']) == background:
                return one
        return None

    def to_dom0(self, mib, mode):
        one = self.count(mib, mode)
        return one and one['places']['dom0']

    def in_background(self, mib, mode):
        """From dom0's first instruction until Xen has nothing to do."""
        one = self.count(mib, mode, True)
        return one and one['places']['idle'] - one['places']['dom0']

    def cost(self, one):
        """Instructions of our parts; firmware: that of its services."""
        spent = one['spent']
        firmware = sum(count for name, count in spent.items()
                       if name.startswith('fw:'))
        return {
            'loader': spent['efi_bootscrub'] - firmware,
            'firmware': firmware,
            'probe': spent['bootscrub_init'] + spent['bootscrub_check'] -
                     spent['bootscrub_decide'] -
                     spent.get('scrub_heap_pages', 0),
            'decide': spent['bootscrub_decide'],
            'report': spent['bootscrub_report'] -
                      spent.get('efi_bootscrub_receipt', 0),
            'receipt': spent.get('efi_bootscrub_receipt', 0)}

    def more(self, mib, mode, base):
        """Instructions to dom0 of one mode over those of another."""
        return self.to_dom0(mib, mode) - self.to_dom0(mib, base)

    def slope(self, mode):
        """Instructions for each GiB, and what does not depend on it."""
        return line([(mib / 1024, self.to_dom0(mib, mode))
                     for mib in self.counted if self.to_dom0(mib, mode)])


def line(points):
    """Least squares: slope and intercept."""
    if len(points) < 2:
        return None
    return statistics.linear_regression(*zip(*points))


def ratio(a, b):
    return a / b if a is not None and b else None
