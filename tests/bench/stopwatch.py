# SPDX-License-Identifier: GPL-2.0-only
"""Counts guest instructions between places in Xen, from outside.

QEMU with -icount counts what the one processor executes, and its debugger stub
stops it at an address without a change to what runs there.  So unpatched Xen
can be measured just as ours, and the same boot gives the same numbers each
time.  Which places are worth a look is not known here.
"""

import json
import socket
import time

# UEFI 2.10, sections 4.4 and 4.5: where the tables have the services that
# Xen's loader may call, in bytes.
BOOT_SERVICES = {'AllocatePages': 40, 'GetMemoryMap': 56, 'AllocatePool': 64,
                 'FreePool': 72, 'GetNextMonotonicCount': 240,
                 'LocateProtocol': 320}
RUNTIME_SERVICES = {'GetVariable': 72, 'SetVariable': 88}

RDI, RSP, RIP = 5, 7, 16        # in what gdb's "g" returns for x86-64


class Lost(Exception):
    """What was to be measured did not come by."""


def connect(path, alive):
    """QEMU makes its sockets some time after it has started."""
    while alive():
        link = socket.socket(socket.AF_UNIX)
        try:
            link.connect(path)
            return link
        except OSError:
            link.close()
            time.sleep(0.02)
    raise Lost('QEMU has ended before it could be asked anything')


class Debugger:
    """QEMU's gdb stub: GDB manual, appendix E, "Remote Serial Protocol"."""

    def __init__(self, path, alive):
        self.link = connect(path, alive)
        self.pending = b''
        self._send('QStartNoAckMode')
        self.link.sendall(b'+')

    def close(self):
        self.link.close()

    def insert(self, address):
        self._send(f'Z0,{address:x},1')

    def remove(self, address):
        self._send(f'z0,{address:x},1')

    def go(self):
        """Runs to the next breakpoint; returns the registers there."""
        self._send('c')
        registers = bytes.fromhex(self._send('g'))
        return [int.from_bytes(registers[i:i + 8], 'little')
                for i in range(0, 17 * 8, 8)]

    def let_go(self):
        self._send('D')

    def word(self, address):
        """Eight bytes of memory, as the processor sees it now."""
        data = self._send(f'm{address:x},8')
        if len(data) != 16:
            raise Lost(f'no memory can be read at {address:#x}')
        return int.from_bytes(bytes.fromhex(data), 'little')

    def _send(self, command):
        data = command.encode()
        self.link.sendall(b'$%s#%02x' % (data, sum(data) & 255))
        while True:
            start, end = self.pending.find(b'$'), self.pending.find(b'#')
            if 0 <= start < end and len(self.pending) >= end + 3:
                answer = self.pending[start + 1:end]
                self.pending = self.pending[end + 3:]
                return answer.decode()
            data = self.link.recv(65536)
            if not data:
                raise Lost(f'QEMU ended during "{command}"')
            self.pending += data


class Counter:
    """How many instructions there were, by QEMU's monitor (QMP)."""

    def __init__(self, path, alive):
        self.link = connect(path, alive)
        self.lines = self.link.makefile()
        self._ask('qmp_capabilities')

    def close(self):
        self.lines.close()
        self.link.close()

    def read(self):
        return self._ask('query-replay')['icount']

    def _ask(self, command):
        self.link.sendall(json.dumps({'execute': command}).encode())
        for line in self.lines:
            answer = json.loads(line)
            if 'return' in answer:
                return answer['return']
            if 'error' in answer:
                raise Lost(answer['error']['desc'])
        raise Lost(f'QEMU ended during {command}')


class Stopwatch:
    """Follows one boot.  Use as a context; then run() to the place wanted."""

    def __init__(self, gdb, qmp, alive):
        self.debugger = Debugger(gdb, alive)
        self.counter = Counter(qmp, alive)
        self.watched = {}           # address: all that is to be done there
        self.seen = {}              # name of a place: instructions
        self.spent = {}             # name of a function: instructions
        self.calls = {}             # name of a function: how often

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.debugger.close()
        self.counter.close()

    def place(self, name, address, then=None):
        """To be seen once; then(registers) is called there."""
        def seen(registers):
            self.seen.setdefault(name, self.counter.read())
            if then:
                then(registers)
        self._watch(address, seen)

    def function(self, name, address, then=None, after=None):
        """From its entry to its return, what it calls included.

        A function that ends in a jump to another one returns with that.

        then(registers) is called at the entry.  after() is called on return;
        if it is given, watching the function again is its business.
        """
        def entered(registers):
            start = self.counter.read()
            back = self.debugger.word(registers[RSP])

            def left(_):
                self.spent[name] = self.spent.get(name, 0) + \
                    self.counter.read() - start
                self.calls[name] = self.calls.get(name, 0) + 1
                if after:
                    after()
                else:
                    self._watch(address, entered)

            self._watch(back, left)
            if then:
                then(registers)
        self._watch(address, entered)

    def firmware(self, boot_services, runtime_services):
        """Watches the firmware's services; returns what to call to stop it.

        They call each other: what runs within one counts for that one.
        """
        entries = {}
        for table, services in ((boot_services, BOOT_SERVICES),
                                (runtime_services, RUNTIME_SERVICES)):
            for name, offset in services.items():
                entries[self.debugger.word(table + offset)] = 'fw:' + name

        def start():
            for address, name in entries.items():
                self.function(name, address, lambda _: stop(), start)

        def stop():
            for address in entries:
                self._forget(address)
        start()
        return stop

    def run(self, end):
        """Until the place of this name was seen."""
        while end not in self.seen:
            registers = self.debugger.go()
            actions = self._forget(registers[RIP])
            if not actions:
                raise Lost(f'stopped at {registers[RIP]:#x} for no reason')
            for action in actions:
                action(registers)

    def _watch(self, address, action):
        if address not in self.watched:
            self.debugger.insert(address)
        self.watched.setdefault(address, []).append(action)

    def _forget(self, address):
        actions = self.watched.pop(address, [])
        if actions:
            self.debugger.remove(address)
        return actions
