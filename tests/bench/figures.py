# SPDX-License-Identifier: GPL-2.0-only
"""What can be said of the boots in bench.json: medians, ratios, slopes.

Pure functions of what was measured.  How it looks on paper is for doc.
"""

import statistics


class Figures:
    """One run of the bench."""

    def __init__(self, bench):
        self.bench = bench
        self.timed = sorted({one['mib'] for one in bench['seconds']})
        self.counted = sorted({one['mib'] for one in bench['counts']
                               if not one['sparse']})
        self.sparse = sorted({one['mib'] for one in bench['counts']
                              if one['sparse']})

    # --- against the clock --------------------------------------------------

    def seconds(self, mib, mode, field):
        """All that was measured of one thing, one for each boot."""
        return [one[field] for one in self.bench['seconds']
                if one['mib'] == mib and one['mode'] == mode and field in one]

    def give_seconds(self, mib, mode, size):
        return [one['give_ns'][size] / 1e9 for one in self.bench['seconds']
                if one['mib'] == mib and one['mode'] == mode
                and size in one['give_ns']]

    def first_domain_seconds(self, mib, mode):
        """From Xen's start until a domain has the most that was given."""
        return [one['to_dom0_s'] + max(one['give_ns'].values()) / 1e9
                for one in self.bench['seconds'] if one['mib'] == mib
                and one['mode'] == mode and one['give_ns']]

    def curve(self, mib, mode):
        """The longest background scrub: pairs of seconds and bytes left."""
        curves = self.seconds(mib, mode, 'background_curve')
        return max(curves, key=len) if curves else []

    # --- instructions -------------------------------------------------------

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

    def slope(self, mode):
        """Instructions for each GiB, and what does not depend on it."""
        points = [(mib / 1024, self.to_dom0(mib, mode))
                  for mib in self.counted if self.to_dom0(mib, mode)]
        return line(points)

    def heap_per_gib(self):
        """Instructions with which Xen puts a GiB of pages into its heap."""
        points = [(mib / 1024, self.count(mib, 'off')['spent']
                   ['end_boot_allocator']) for mib in self.counted]
        heap = line(points)
        return heap.slope if heap else 0


def line(points):
    """Least squares: slope and intercept."""
    if len(points) < 2:
        return None
    return statistics.linear_regression(*zip(*points))


def median(values):
    return statistics.median(values) if values else None


def spread(values):
    """Lowest and highest."""
    return (min(values), max(values)) if values else None


def ratio(a, b):
    return a / b if a is not None and b else None
