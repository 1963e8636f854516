# SPDX-License-Identifier: GPL-2.0-only
"""Boots the emulated machine with each way to scrub, and counts instructions.

One processor, and no repetition: the same comes out each time.  Which sizes,
and what the figures mean, is not known here.
"""

import copy
import os
import re
import shutil

from board import NS_PER_INSTRUCTION, Board, Xen, symbols
from machine import Failure, Tools
from stopwatch import RDI

LOW_MIB = 512
ASSERT = 'bootscrub=auto,assert-encrypted'

# A way to scrub: which Xen, its options, what it has to say about it.
MODES = {
    'stock idle': ('stock', 'bootscrub=idle', r'in background$'),
    'stock on': ('stock', 'bootscrub=on', r'\.done\.$'),
    'idle': ('series', 'bootscrub=idle', r'in background$'),
    'on': ('series', 'bootscrub=on', r'\.done\.$'),
    'off': ('series', 'bootscrub=off', r'Std\. Loglevel'),
    'establishing': ('series', 'bootscrub=auto',
                     r'performed \(auto\): no-record$'),
    'skipping': ('series', 'bootscrub=auto', r'skipped \(auto\): proven$'),
}
BACKGROUND = ('stock idle', 'idle', 'skipping')

# Ours, and what Xen does with memory, in the order of a boot.
FUNCTIONS = ('bootscrub_init', 'bootscrub_decide', 'end_boot_allocator',
             'bootscrub_check', 'heap_init_late', 'bootscrub_report',
             'efi_bootscrub_receipt', 'scrub_heap_pages')


def say(text):
    print(text, flush=True)


def available_mib():
    with open('/proc/meminfo', encoding='ascii') as info:
        return int(re.search(r'MemAvailable: *(\d+)', info.read())[1]) >> 10


def gifts(mib):
    """How much to give a domain, in steps that add up to 1, 4 and 8 GiB."""
    sums = [total for total in (1024, 4096, 8192) if total <= mib - 1024]
    return ' '.join(f'give={total - before}' for before, total in
                    zip([0] + sums, sums))


def given(log):
    """MiB that were given, and how many instructions it took."""
    return {mib: int(ticks) // NS_PER_INSTRUCTION for mib, ticks in re.findall(
        r'^dom0: give (\d+) MiB took \d+ ns (\d+) ticks$', log.text(), re.M)}


def check(log, mode, wanted):
    if not re.search(wanted, log.text(), re.M):
        raise Failure(f'the boot "{mode}" did not say "{wanted}"')
    if log.ended == 'timeout':
        raise Failure(f'the boot "{mode}" did not end in time')


class Bench:
    """All boots of one run, and what they gave."""

    def __init__(self, tools, xens, logs):
        self.tools, self.xens, self.logs = tools, xens, logs
        self.dom0 = symbols(tools.dom0)['_start']
        self.number = 0
        self.counts, self.left_out = [], []

    def board(self, memory, mib, cpu='tme=on'):
        own = os.path.join(memory, str(mib))
        os.makedirs(own, exist_ok=True)
        return Board(copy.copy(self.tools), os.path.join(self.logs, str(mib)),
                     own, f'{LOW_MIB}M', f'{mib - LOW_MIB}M', cpu)

    def log_name(self, kind, mib, mode):
        self.number += 1
        return os.path.join(self.logs, f'{self.number:03}-{kind}-{mib}-' +
                            mode.replace(' ', '-') + '.log')

    def room(self, mib, what):
        """Is there memory for it?  If not, that is a result, too."""
        have = available_mib()
        if have >= mib:
            return True
        self.left_out.append(f'{what}: needs {mib} MiB of memory, and '
                             f'{have} MiB are available')
        say('left out: ' + self.left_out[-1])
        return False

    def season(self, board, mib):
        """The first boot of all has firmware fill its variable store."""
        board.run(self.xens['series'], self.log_name('first', mib, 'off'),
                  'bootscrub=off', '')
        board.season()

    def plan(self, end, watch, addresses, loaded):
        """What to look at, in any boot of any Xen."""
        watch.place('efi-start', addresses['efi_start'] + loaded)
        watch.place('dom0', self.dom0)
        if end == 'idle':
            watch.place('idle', addresses['default_idle'])
        for name in FUNCTIONS:
            if name in addresses:
                watch.function(name, addresses[name])

        services = []

        def enter(registers):
            services.append(watch.firmware(
                registers[RDI],
                watch.debugger.word(addresses['efi_rs'] + loaded)))

        if 'efi_bootscrub' in addresses:
            watch.function('efi_bootscrub',
                           addresses['efi_bootscrub'] + loaded, enter,
                           lambda: services.pop()())
        watch.run(end)
        return end == 'dom0'

    def count_boot(self, board, mib, mode, end='dom0', options=None,
                   wanted=None, sparse=False):
        xen, usual_options, usual = MODES[mode]
        log, watch = board.count(
            self.xens[xen], self.log_name('count', mib, mode),
            options or usual_options,
            'sleep=600000' if end == 'idle' else gifts(mib),
            lambda *args: self.plan(end, *args))
        check(log, mode, wanted or usual)
        start = watch.seen.pop('efi-start')
        one = {'mib': mib, 'mode': mode, 'sparse': sparse,
               'nvram_bytes': log.nvram_bytes,
               'places': {name: at - start
                          for name, at in watch.seen.items()},
               'spent': watch.spent, 'calls': watch.calls,
               'give': given(log)}
        scope = re.search(r'Scope: (\d+) MiB skipped, (\d+) MiB', log.text())
        if scope:
            one['scope_mib'] = [int(word) for word in scope.groups()]
        freed = re.search(r'Freed (\d+)kB init', log.text())
        if freed:
            one['freed_kib'] = int(freed[1])
        self.counts.append(one)
        say(f'  {mib:7} MiB {mode:13}'
            f'{" and background" if end == "idle" else ""} '
            f'{one["places"]["dom0"] / 1e6:.1f} million instructions')
        return log

    def count_size(self, memory, mib, modes=MODES):
        """Each mode; twice, if it leaves work for later."""
        board = self.board(memory, mib)
        say(f'{mib} MiB, counting instructions')
        self.season(board, mib)
        for mode in modes:
            if mode == 'skipping':
                continue
            board.fresh_nvram()
            log = self.count_boot(board, mib, mode)
            if mode == 'establishing':
                board.renew_key(log)
                board.renew_key(self.count_boot(board, mib, 'skipping'))
                self.count_boot(board, mib, 'skipping', 'idle')
            elif mode in BACKGROUND:
                board.fresh_nvram()
                self.count_boot(board, mib, mode, 'idle')

    def count_sparse(self, memory, mib):
        """What does not touch memory, on more of it than there is.

        A scrub is out of the question, so the chain is asserted.
        """
        board = self.board(memory, mib, 'tme=on,phys-bits=44')
        say(f'{mib} MiB of which little is there, counting instructions')
        self.season(board, mib)
        for mode in ('off', 'idle', 'stock idle'):
            board.fresh_nvram()
            self.count_boot(board, mib, mode, sparse=True)
        board.fresh_nvram()
        log = board.run(self.xens['series'],
                        self.log_name('plant', mib, 'auto'), ASSERT, '')
        board.renew_key(log)
        self.count_boot(board, mib, 'skipping', options=ASSERT,
                        wanted=r'skipped \(auto\): asserted$', sparse=True)


def prepare(root, logs):
    """The builds, and a place for the logs."""
    tools = Tools(root, '4.17')
    stock = Tools._run(root, 'tests/build/build-xen', '--stock', '4.17')
    shutil.rmtree(logs, ignore_errors=True)
    os.makedirs(logs)
    return Bench(tools, {'series': Xen('series', tools.xen),
                         'stock': Xen('stock', stock)}, logs)
