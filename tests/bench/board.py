# SPDX-License-Identifier: GPL-2.0-only
"""The emulated machine of tests/suites/boot, made fit for measuring.

No disk, so that a run does the same each time, and a count of instructions
instead of a clock.  What is measured, and when, is not known here.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'rig'))

import machine
from machine import Machine
from stopwatch import Stopwatch

PAGE = 4096
# One instruction is so long to the guest's clocks.  At 1 ns, what waits for a
# time would execute much, and OVMF would take a minute.
SHIFT = 5
NS_PER_INSTRUCTION = 1 << SHIFT
MULTIBOOT_MAGIC = 0x1badb002.to_bytes(4, 'little')
# Xen's own choice of what to print, as on most hosts.
OPTIONS = machine.XEN_OPTIONS.replace('loglvl=all ', '')
# Where Xen is linked to run: __XEN_VIRT_START of both Debian's versions.
XEN_START = 0xffff82d040000000


class Moved(Exception):
    """Firmware has loaded Xen elsewhere than in the boot before."""


class Xen:
    """A build of the hypervisor."""

    def __init__(self, name, directory):
        self.name, self.directory = name, directory
        self.efi = os.path.join(directory, 'xen.efi')
        self.symbols = symbols(self.efi)

    def sizes(self):
        """Bytes of the file and of what is in it."""
        headers = subprocess.run(['objdump', '-h', self.efi], check=True,
                                 stdout=subprocess.PIPE, text=True).stdout
        sections = {name: int(size, 16) for name, size in re.findall(
            r'^ *\d+ \.(\S+) +(\w+)', headers, re.M)}
        return {'file': os.path.getsize(self.efi),
                **{name: sections[name]
                   for name in ('text', 'rodata', 'init', 'data', 'bss')}}


def symbols(image):
    listed = subprocess.run(['nm', image], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    return {name: int(address, 16) for address, name in
            re.findall(r'^(\w{16}) \w (\S+)$', listed, re.M)}


class Board(Machine):
    """One machine; which Xen it boots may differ from boot to boot."""

    def __init__(self, tools, directory, memory_directory, low, high,
                 cpu='tme=on'):
        os.makedirs(directory, exist_ok=True)
        super().__init__(tools, directory, memory_directory, low, high, '1')
        self.seasoned = os.path.join(directory, 'seasoned.fd')
        self.bases = {}             # name of a Xen: where firmware loads it
        self.cpu = cpu
        self.more = []              # further arguments of QEMU, to count
        self.follow = None          # what runs beside the boot

    def season(self):
        """NVRAM as it is now is what fresh_nvram() goes back to."""
        shutil.copyfile(self.vars, self.seasoned)

    def fresh_nvram(self):
        shutil.copyfile(self.seasoned, self.vars)

    def renew_key(self, log):
        """Makes of the markers of that boot what a new key would: noise.

        Nobody here looks at the rest of memory, so it is left as it is.
        """
        with open(self.ram, 'r+b') as ram:
            for start in re.findall(
                    r'^\(XEN\)  \[(\w{16}), \w{16}\] \(unusable\)',
                    log.text(), re.M):
                where = self._offsets(f'{start}-{int(start, 16) + PAGE:x}')
                ram.seek(int(where.split('-')[0], 16))
                ram.write(os.urandom(PAGE))

    def run(self, xen, log_name, options, dom0):
        """Boots and counts nothing; returns the log."""
        self.more, self.follow = [], None
        return self._boot(xen, log_name, options, dom0)

    def count(self, xen, log_name, options, dom0, plan):
        """Boots with a count of instructions; returns log and Stopwatch.

        plan(stopwatch, addresses, loaded) says what to look at, runs it, and
        returns whether dom0 is to go on.  addresses: of Xen's symbols, where
        it was linked to run; loaded: what to add before it gets there.
        """
        while True:
            with tempfile.TemporaryDirectory() as sockets:
                log, watch, moved = self._count(xen, log_name, options, dom0,
                                                plan, sockets)
            if not moved:
                return log, watch

    def _count(self, xen, log_name, options, dom0, plan, sockets):
        base = self.bases.get(xen.name, 0)
        gdb, qmp = sockets + '/gdb', sockets + '/qmp'
        self.more = ['-icount', f'shift={SHIFT},sleep=off', '-seed', '1',
                     '-rtc', 'base=2026-01-01,clock=vm', '-S',
                     '-gdb', f'unix:{gdb},server=on,wait=off',
                     '-qmp', f'unix:{qmp},server=on,wait=off']
        used = []

        def started(_):
            word = used[0].debugger.word(xen.symbols['xen_phys_start'])
            self.bases[xen.name] = word
            if word != base:
                raise Moved

        def follow():
            with Stopwatch(gdb, qmp, lambda: self.running) as watch:
                used.append(watch)
                watch.place('start-xen', xen.symbols['__start_xen'], started)
                go_on = plan(watch, xen.symbols, base - XEN_START)
                if go_on:
                    watch.debugger.let_go()
                return not go_on

        self.follow = follow
        before = self._read_nvram()
        try:
            log = self._boot(xen, log_name, options, dom0)
        except Moved:
            with open(self.vars, 'wb') as file:
                file.write(before)
            return None, None, True
        return log, used[0], False

    # --- what differs from the machine of tests/suites/boot ------------------------

    def _boot(self, xen, log_name, options, dom0):
        self.tools.xen = xen.directory
        before = self._read_nvram()
        log = self.boot(log_name, options, dom0, cpu=self.cpu, limit=600)
        log.nvram_bytes = sum(map(int.__ne__, before, self._read_nvram()))
        return log

    def _read_nvram(self):
        with open(self.vars, 'rb') as file:
            return file.read()

    def _disk(self, entry, options, dom0, *_):
        """A unified image; QEMU must not take it for a multiboot kernel."""
        config = self._write('xen.cfg', (
            f'[global]\ndefault=xen\n[xen]\noptions={OPTIONS} {options}\n'
            f'kernel=dom0.elf {dom0}\n'))
        image = self._unified(self.tools.xen + '/xen.efi', config)
        with open(image, 'r+b') as file:
            start = file.read(8192)
            if MULTIBOOT_MAGIC in start:
                file.seek(start.index(MULTIBOOT_MAGIC))
                file.write(bytes(len(MULTIBOOT_MAGIC)))
        return image

    def _uefi(self, disk):
        return super()._uefi(disk)[:4] + ['-kernel', disk]

    def _command(self, *args):
        return super()._command(*args) + self.more

    def _read(self, qemu, log, limit, kill):
        wrong = []

        def beside():
            try:
                if not self.follow():
                    return
                log.ended = 'killed'
            except Exception as error:
                wrong.append(error)
            qemu.kill()

        self.running = True
        if self.follow:
            thread = threading.Thread(target=beside)
            thread.start()
        super()._read(qemu, log, limit, kill)
        self.running = False
        if self.follow:
            if log.ended == 'timeout':
                qemu.kill()
            thread.join()
        if wrong:
            raise wrong[0]
