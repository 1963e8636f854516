# SPDX-License-Identifier: GPL-2.0-only
"""What can be said of the rounds in bench-native.json, and what they become
on hosts that nobody here has.

Pure functions of what was measured.  Every figure is a list with one value
for each round; ratios are taken within a round.
"""

import statistics

from figures import line

ENOUGH = 5                      # Rounds

HEAP_STEPS = ('frame-table', 'fill', 'm2p')
LIBRARY_OTHER = '16 markers classified, readable'

# TiB, nodes; a node is a socket here.
HOSTS = ((1.5, 2), (6, 2), (24, 8))

# Bytes a second that all processors together overwrite: the low one as seen
# by Xen commit 7430a86de0, the others 70 % of what memory can do at most.
BANDWIDTHS = (
    ('8 sockets of 2014 (published)', 1.5e12 / 63),
    ('1 socket, 8 channels of DDR4-3200', 0.7 * 204.8e9),
    ('2 sockets, 8 channels of DDR4-3200 each', 1.4 * 204.8e9),
    ('2 sockets, 12 channels of DDR5-4800 each', 1.4 * 460.8e9))

# Of the memory, how much guests get that start with the host.
AUTOSTART = 0.5
GIB = 1 << 30


def quiet(rounds):
    """The half that other work disturbed least: chosen by what others did,
    not by what came out."""
    return sorted(rounds, key=lambda one: one['others'])[
        :max(ENOUGH, (len(rounds) + 1) // 2)]


class Native:
    """One run of the bench on a real processor."""

    def __init__(self, bench):
        self.bench = bench
        self.rounds = quiet(bench['rounds'])
        first = self.rounds[0]
        self.sizes = sorted(int(name.split()[1]) for name in first
                            if name.startswith('heap ') and 'off' in name)
        self.domains = sorted(
            int(name.split('-')[1]) for name in first['heap idle']
            if name.startswith('domain-'))
        self.library = list(first['library'])

    def values(self, what, name):
        return [one[what][name] for one in self.rounds]

    def heap(self, what):
        """ms per GiB: all that Xen sets up for its heap."""
        return [sum(one[what][step] for step in HEAP_STEPS)
                for one in self.rounds]

    def slope(self):
        """ms for each more GiB of RAM, from all sizes of a round."""
        return [line([(gib, gib * sum(one[f'heap {gib} off'][step]
                                      for step in HEAP_STEPS))
                      for gib in self.sizes]).slope for one in self.rounds]

    def scrub(self, name='movnti-one'):
        return self.values('scrub', name)

    def domain(self, gib, idle):
        """ms that a first domain of that size waits for its memory."""
        what = 'heap idle' if idle else f'heap {self.idle_size()} off'
        return self.values(what, f'domain-{gib}')

    def idle_size(self):
        """The size at which domains get memory in both modes."""
        return 64 if 64 in self.sizes else self.sizes[-1]

    def domain_at_least(self, gib):
        """The same under idle, if the scrub went at its full speed."""
        return [gib * ms + bare for ms, bare in
                zip(self.scrub(), self.domain(gib, False))]

    def added(self):
        """Microseconds of all that the library does in a boot that skips."""
        return [sum(value for name, value in one['library'].items()
                    if name != LIBRARY_OTHER) for one in self.rounds]

    # --- hosts: extrapolated ----------------------------------------------

    def heap_seconds(self, tib):
        return [ms * tib * 1024 / 1e3 for ms in self.slope()]

    def background_seconds(self, tib, nodes):
        """One processor of each node works, and does nothing else."""
        return [ms * tib * 1024 / nodes / 1e3 for ms in self.scrub()]

    def guests_seconds(self, tib):
        """Guests built one after the other, by one processor at a time."""
        return [ms * tib * 1024 * AUTOSTART / 1e3 for ms in self.scrub()]

    def on_over_skip(self, bandwidth):
        """Heap and scrub over heap alone; without the rest of a boot."""
        scrub = GIB / bandwidth * 1e3
        return [(ms + scrub) / ms for ms in self.slope()]


def over(above, below):
    return [a / b for a, b in zip(above, below)]


def plus(one, other):
    return [a + b for a, b in zip(one, other)]


def median(values):
    return statistics.median(values)
