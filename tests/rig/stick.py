# SPDX-License-Identifier: GPL-2.0-only
"""A machine that starts from a USB stick, and the stick's files.

The stick is an image of the kit (tests/build/kit), behind xHCI; nothing else
can be booted.
"""

import json
import os
import shutil
import socket
import subprocess
import threading
import time

from machine import Failure, Machine

PARTITION = 2048 * 512          # where tests/build/kit puts it


class StickTools:
    """What a machine is made of that boots no Xen."""

    def __init__(self, root, environ=os.environ):
        out = os.path.join(root, 'build', 'rig')
        run(['make', '--no-print-directory', '-s', '-C',
             os.path.join(root, 'tests', 'rig'), f'OUT={out}'])
        self.dram = out + '/dram'
        self.qemu = (environ.get('QEMU_DIR') or run(
            [os.path.join(root, 'tests/build/build-qemu')]).split('\n')[-2]) \
            + '/qemu-system-x86_64'


class StickMachine(Machine):
    """The emulated machine with a stick in it.

    smbios: what QEMU's -smbios takes, one string each; rtc: QEMU's -rtc base,
    for the next boot; read_only: the stick's switch; hands: a pattern, and
    what somebody does when it is on the screen in the next boot: see _do().
    """

    def __init__(self, tools, directory, memory_directory, image, smbios=(),
                 **others):
        super().__init__(tools, directory, memory_directory, **others)
        self.stick = os.path.join(directory, 'stick.img')
        self.smbios, self.rtc, self.read_only = smbios, None, False
        self.hands, self.qmp = None, os.path.join(memory_directory, 'qmp')
        shutil.copyfile(image, self.stick)

    def clear_memory(self):
        """What firmware that clears all memory leaves: the CPU reads zeros."""
        size = os.path.getsize(self.ram)
        os.truncate(self.ram, 0)
        os.truncate(self.ram, size)

    # --- the stick's files ---------------------------------------------------

    def _where(self):
        return f'{self.stick}@@{PARTITION}'

    def put(self, name, data):
        """Write a file."""
        source = os.path.join(self.dir, 'put')
        with open(source, 'wb') as file:
            file.write(data.encode() if isinstance(data, str) else data)
        self._run(['mcopy', '-o', '-i', self._where(), source, '::/' + name])

    def get(self, name):
        """A file's bytes."""
        done = subprocess.run(['mtype', '-i', self._where(), '::/' + name],
                              stdout=subprocess.PIPE, check=False)
        if done.returncode:
            raise Failure(f'the stick has no {name}')
        return done.stdout

    def names(self):
        """Of all files in the stick's root."""
        listed = self._run(['mdir', '-b', '-i', self._where(), '::/'])
        return {line[3:] for line in listed.splitlines()
                if line.startswith('::/') and not line.endswith('/')}

    def delete(self, name):
        self._run(['mdel', '-i', self._where(), '::/' + name])

    def fill(self):
        """Leave no room on the stick."""
        free = self._run(['mdir', '-i', self._where(), '::/'])
        free = int(''.join(free.split('bytes free')[0].split('\n')[-1]
                           .split()))
        self.put('FULL.BIN', b'\xff' * (free - 4096))

    def sign(self, name='EFI/BOOT/BOOTX64.EFI'):
        """With the key that firmware="secure" believes."""
        image = os.path.join(self.dir, 'unsigned.efi')
        with open(image, 'wb') as file:
            file.write(self.get(name))
        with open(self._signed(image), 'rb') as file:
            self.put(name, file.read())

    # --- hands ---------------------------------------------------------------

    def _read(self, qemu, log, limit, kill):
        if self.hands:
            threading.Thread(target=self._watch, args=(qemu, log, *self.hands),
                             daemon=True).start()
            self.hands = None
        super()._read(qemu, log, limit, kill)

    def _watch(self, qemu, log, pattern, *actions):
        while qemu.poll() is None:
            if log.time_of(pattern) is not None:
                self._do(actions)
                return
            time.sleep(0.1)

    def _do(self, actions):
        """"pull" takes the stick out, a letter is a key."""
        with socket.socket(socket.AF_UNIX) as qmp:
            qmp.connect(self.qmp)
            said = qmp.makefile()
            for action in ('', *actions):
                command = {'': {'execute': 'qmp_capabilities'},
                           'pull': {'execute': 'device_del',
                                    'arguments': {'id': 'usbstick'}}}.get(
                    action, {'execute': 'send-key', 'arguments': {'keys': [
                        {'type': 'qcode', 'data': action}]}})
                qmp.sendall(json.dumps(command).encode() + b'\n')
                # The greeting comes first, and events may.
                while '"return"' not in (line := said.readline()):
                    if not line or '"error"' in line:
                        raise Failure(f'QEMU does not {action}: {line}')
                # A firmware that polls, on a slow machine.
                time.sleep(3 if action else 0)

    # --- what differs from a machine that boots Xen --------------------------

    def _disk(self, *_):
        return self.stick

    def _uefi(self, disk):
        media = super()._uefi(disk)
        media[media.index(f'format=raw,file={disk}')] = (
            f'if=none,id=stick,format=raw,file={disk}' +
            (',readonly=on' if self.read_only else ''))
        return [*media, '-device', 'qemu-xhci',
                '-device', 'usb-storage,id=usbstick,drive=stick,removable=on',
                '-qmp', f'unix:{self.qmp},server=on,wait=off']

    def _command(self, *args):
        more = [word for one in self.smbios for word in ('-smbios', one)]
        if self.rtc:
            more += ['-rtc', f'base={self.rtc}']
        return super()._command(*args) + more


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        raise Failure(command[0] + ' failed; see its message above')
    return done.stdout
