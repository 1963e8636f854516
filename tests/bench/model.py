# SPDX-License-Identifier: GPL-2.0-only
"""What the figures become on hosts that no test here can boot.

Arithmetic on published rates, low and high; docs/performance.md has their
sources and what is wrong with them.  Nothing here was measured.
"""

TIB = 1 << 40

# Bytes a second that all processors together overwrite.  Low: Xen commit
# 7430a86de0 (2014), 1.5 TB in 63 s on 8 sockets.  High: 70 % of the peak of
# 12 channels of DDR5-4800 in each socket.
SYNC_LOW = 1.5e12 / 63
SYNC_HIGH_PER_SOCKET = 0.7 * 460.8e9

# Bytes a second that one processor overwrites.  Low: a third of the high one,
# for memory that is busy otherwise.  High: one thread of an AMD Milan, 4 KiB
# pages (Linux commit cb431accb36e).
THREAD_HIGH = 13.7e9
THREAD_LOW = THREAD_HIGH / 3

# Instructions a nanosecond while Xen writes its frame table, one thread.
PACE_LOW, PACE_HIGH = 1, 4

# Of the memory, how much guests get that start with the host.
AUTOSTART = 0.5

# TiB, sockets.
HOSTS = ((1.5, 2), (6, 2), (24, 8))

# Of 1000 restarts, how many keep the key, and how many come after a firmware
# update, other memory or another system: the history is broken then.
FLEETS = (('key renewed at every reset', 0, 50),
          ('half of the resets keep the key', 500, 50),
          ('every warm reset keeps the key', 950, 50))


def host(tib, sockets, heap_per_gib):
    """Pairs of seconds, best and worst, for one host.

    heap_per_gib: instructions of Xen's own to set up each GiB of heap.
    """
    size = tib * TIB
    heap = heap_per_gib * tib * 1024 / 1e9
    guests = AUTOSTART * size
    return {
        # bootscrub=on, before dom0: what auto saves against it
        'on': (size / (SYNC_HIGH_PER_SOCKET * sockets), size / SYNC_LOW),
        # bootscrub=idle: one processor a node works, until it is over
        'background': (size / (THREAD_HIGH * sockets),
                       size / (THREAD_LOW * sockets)),
        # guests that start at once, built one after the other
        'stall': (guests / THREAD_HIGH, guests / THREAD_LOW),
        # in any mode: what remains of a boot that grows with memory
        'heap': (heap / PACE_HIGH, heap / PACE_LOW)}


def fleet(kept, broken):
    """Of 1000 restarts: skipped, scrubbed in background, establishing."""
    establishing = min(broken, 1000 - kept)
    return 1000 - kept - establishing, kept, establishing


def minutes(skipped, seconds):
    """What a saving at each skip adds up to."""
    return tuple(skipped * one / 60 for one in seconds)
