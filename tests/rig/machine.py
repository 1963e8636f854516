# SPDX-License-Identifier: GPL-2.0-only
"""The emulated machine: one QEMU process a boot, on NVRAM and DRAM that stay.

Prepares the EFI system partition, has the DRAM tool play the memory controller
between boots, starts QEMU and reads the serial line.  What a boot should have
said is not known here.
"""

import contextlib
import copy
import gzip
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import xensyms
from acpi import madt_with
from bases import default_base
from signed import signed_write

# Not "+rdrand" and "-svm", which would win over what a stanza says later.
CPU = {
    'intel': 'qemu64,vendor=GenuineIntel,family=6,model=106,stepping=6',
    'amd': 'qemu64,vendor=AuthenticAMD,family=25,model=1,stepping=1',
}
CPU_FEATURES = 'svm=off,hypervisor=off,rdrand=on,pdpe1gb=on'
FIRMWARE = '/usr/share/OVMF'
# OVMF as a debugging aid, whose variables anyone can write through flash, and
# as on real machines, where flash listens to system management mode alone; and
# that with Secure Boot on, by keys whose private half is in Debian's package;
# small is that of 2 MiB, which newer releases of Debian do not have any more.
CODE = {'plain': 'OVMF_CODE_4M.fd', 'smm': 'OVMF_CODE_4M.secboot.fd',
        'secure': 'OVMF_CODE_4M.secboot.fd', 'small': 'OVMF_CODE.fd'}
VARS = {'plain': 'OVMF_VARS_4M.fd', 'smm': 'OVMF_VARS_4M.fd',
        'secure': 'OVMF_VARS_4M.snakeoil.fd', 'small': 'OVMF_VARS.fd'}
GUARDED = 'smm', 'secure'
SNAKEOIL = '/usr/share/ovmf/PkKek-1-snakeoil'
# Most of memory is to be Xen's to give, as on a host with guests.
# Lines are read from their start, and some distributions print times there.
XEN_OPTIONS = 'console=com1 com1=115200,8n1 console_timestamps=none ' \
    'loglvl=all dom0_mem=64M'
TERMINAL_CODES = re.compile(rb'\x1b\[[0-9;=?]*[A-Za-z]')


RUNNING = set()                 # QEMUs


def stop(*_):
    """For SIGTERM: no machine outlives the run, nor does its memory."""
    for qemu in tuple(RUNNING):
        qemu.kill()
    raise KeyboardInterrupt


class Failure(Exception):
    """The machine, not what ran on it, did not work."""


class Tools:
    """Where the programs are that a machine is made of."""

    def __init__(self, root, base=None, environ=os.environ):
        """base: Xen's version, None for the default one or $XEN_DIR."""
        self.base = base or default_base(environ)
        out = os.path.join(root, 'build')
        self.qemu = self._dir(root, environ, 'QEMU_DIR', 'build-qemu') + \
            '/qemu-system-x86_64'
        self.xen = self._dir(root, {} if base else environ, 'XEN_DIR',
                             'build-xen', self.base)
        for directory, place, *args in (
                ('tests/rig', 'rig'),
                ('tests/rig/dom0', 'rig'),
                ('tests/rig/efi', 'efi', 'XEN_TREE=' + self._run(
                    root, 'tests/build/fetch', 'xen', self.base))):
            made = subprocess.run(
                ['make', '--no-print-directory', '-s', '-C',
                 os.path.join(root, directory), f'OUT={out}/{place}', *args])
            if made.returncode:
                raise Failure(f'make in {directory} failed; '
                              'see its message above')
        self.dram = out + '/rig/dram'
        self.dom0 = out + '/rig/dom0.elf'
        self.tamper = out + '/efi/tamper.efi'
        self.efi = out + '/efi/bootscrub.efi'

    def with_linux(self, root):
        """The same, and a Linux that can run before Xen."""
        other = copy.copy(self)
        other.linux = self._run(root, 'tests/build/linux')
        return other

    def with_config(self, root, config):
        """The same, but for a Xen that is configured otherwise, if it is."""
        with open(self.xen + '/.config', encoding='utf-8') as file:
            if config in file.read().splitlines():
                return self
        other = copy.copy(self)
        other.xen = self._run(root, 'tests/build/build-xen',
                              '--config', config, self.base)
        return other

    @staticmethod
    def _run(root, *command):
        done = subprocess.run([os.path.join(root, command[0]), *command[1:]],
                              stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise Failure(command[0] + ' failed; see its message above')
        return done.stdout.split('\n')[-2]

    def _dir(self, root, environ, variable, script, *args):
        return environ.get(variable) or self._run(
            root, 'tests/build/' + script, *args)


class Log:
    """What a boot printed, line by line, with seconds since its start."""

    def __init__(self, name):
        self.name = name
        self.lines = []
        self.times = []
        self.status = None          # QEMU's exit status
        self.ended = 'exit'         # or 'killed', 'timeout'

    def add(self, line):
        """What was found out after the boot."""
        self.lines.append(line)
        self.times.append(self.times[-1] if self.times else 0)
        with open(self.name, 'a', encoding='utf-8') as copy:
            copy.write(f'{"":8} {line}\n')

    def text(self):
        return '\n'.join(self.lines)

    def time_of(self, pattern):
        """Seconds at which the first line with pattern came, or None."""
        for line, seconds in zip(self.lines, self.times):
            if re.search(pattern, line):
                return seconds
        return None


class Tpm:
    """A TPM 2.0 for one QEMU process: swtpm, which dies with the block.

    Its state stays in directory.  The two talk over a pair of sockets that
    have no name, so there is nothing to wait for or to clean up.
    """

    def __init__(self, directory):
        os.makedirs(directory, exist_ok=True)
        self.directory = directory

    def __enter__(self):
        self.socket, other = socket.socketpair()
        with other:
            try:
                self.process = subprocess.Popen(
                    ['swtpm', 'socket', '--tpm2', '--tpmstate',
                     f'dir={self.directory}', '--log',
                     f'file={self.directory}/log', '--ctrl',
                     f'type=unixio,clientfd={other.fileno()}'],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL, pass_fds=[other.fileno()])
            except FileNotFoundError:
                self.socket.close()
                raise Failure('swtpm is missing: '
                              'run tests/build/setup') from None
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.kill()
        self.process.wait()

    def arguments(self):
        return ['-chardev', f'socket,id=tpm,fd={self.socket.fileno()}',
                '-tpmdev', 'emulator,id=tpm0,chardev=tpm',
                '-device', 'tpm-crb,tpmdev=tpm0']


class Waker:
    """Presses the power button of a machine that suspended to RAM."""

    def __enter__(self):
        self.socket, self.other = socket.socketpair()
        threading.Thread(target=self._wake, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.other.close()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def arguments(self):
        return ['-chardev', f'socket,id=waker,fd={self.other.fileno()}',
                '-mon', 'chardev=waker,mode=control']

    def _wake(self):
        """Talks QMP (QEMU's docs/interop/qmp-spec) until the socket ends."""
        try:
            self.socket.sendall(b'{"execute": "qmp_capabilities"}\n')
            with self.socket.makefile() as said:
                for line in said:
                    if '"SUSPEND"' in line:
                        self.socket.sendall(b'{"execute": "system_wakeup"}\n')
        except OSError:
            pass                    # QEMU has ended


class Machine:
    """A machine whose NVRAM and DRAM live in directories of their own."""

    stdin = subprocess.DEVNULL      # of the serial line

    def __init__(self, tools, directory, memory_directory, low='512M',
                 high='512M', smp='2', vendor='intel', nodes=(),
                 devices=(), tpm=False, firmware='plain'):
        self.tools = tools
        self.dir = directory
        self.low, self.high, self.smp, self.tpm = low, high, smp, tpm
        self.vendor, self.nodes, self.devices = vendor, nodes, devices
        self.firmware = firmware
        self.ram = os.path.join(memory_directory, 'ram')
        self.vars = os.path.join(directory, 'vars.fd')
        self.keys = 0               # how many keys there have been
        self.view = None            # what self.ram is the CPU's view under
        self.heap = []              # what was its heap, when last asked
        shutil.copyfile(f'{FIRMWARE}/{VARS[firmware]}', self.vars)

    def reset(self, key, decay=0, swap=()):
        """What happens to DRAM between two boots.

        key: 'new', 'keep' the one there is, 'plain', no encryption, or
        'scrambled', no encryption but a data scrambler with a new seed; then,
        each after a comma, START-END=KEY for ranges of hexadecimal physical
        addresses that differ; decay: of 100 memory cells, how many lost their
        charge; swap: two such ranges, of modules that changed places.
        """
        if decay:
            self._run([self.tools.dram, 'decay', self.ram, self.view,
                       str(decay), str(self.keys)])
        if swap:
            self._run([self.tools.dram, 'swap', self.ram, self.view,
                       *map(self._offsets, swap)])
        if key == 'keep':
            return
        first, *ranges = key.split(',')
        if 'new' in key or 'scrambled' in key:
            self.keys += 1
        names = {'new': f'key:{self.keys}', 'plain': 'plain',
                 'scrambled': f'scrambled:{self.keys}',
                 'keep': self.view and self.view.split(',')[0]}
        view = ','.join([names[first]] + [
            self._offsets(where) + '=' + names[what]
            for where, what in (piece.split('=') for piece in ranges)])
        if self.view not in (None, view):
            self._run([self.tools.dram, 'recode', self.ram, self.view, view])
        self.view = view

    def _offsets(self, addresses):
        """Where a range of physical addresses is in the file."""
        start, end = (int(word, 16) for word in addresses.split('-'))
        offset = start if start < to_bytes(self.low) else \
            start - (4 << 30) + to_bytes(self.low)
        return f'{offset:x}-{offset + end - start:x}'

    def count(self, name, log):
        """Pages that hold the secret NAME; adds a line to the log for each
        kind of owner, with what the CPU sees and what raw DRAM holds.

        What belonged to the heap is what the test dom0 ever claimed of it, in
        the last boot in which it said so, and what the firmware keeps is in
        the memory map.  The rest is Xen's, or memory that nobody asked for.
        The secret called token is the one of the receipt in NVRAM.
        """
        firmware = [
            f'{start}-{int(end, 16) + 1:x}' for start, end, kind in re.findall(
                r'^\(XEN\)  ([0-9a-f]{13})-([0-9a-f]{13}) type=(\d+) ',
                log.text(), re.M)
            if int(kind) not in (1, 2, 3, 4, 7) and
            not to_bytes(self.low) <= int(start, 16) < 4 << 30]
        owners = ['heap=' + self._offsets(where) for where in self.heap]
        owners += ['firmware=' + self._offsets(where) for where in firmware]
        owners.append(f'xen=0-{os.path.getsize(self.ram):x}')
        secret = f'secret:{name}'.ljust(16, '.')
        if name == 'token':
            secret = 'hex:' + self._token().hex()
        for line in self._run([self.tools.dram, 'secrets', self.ram,
                               self.view, secret, *owners]).splitlines():
            log.add(f'dram: {name} {line}')

    def widths(self, function, log):
        """The values of paddr_bits and its kin that a function of Xen reads,
        as memory has them after the boot of log; adds a line for each."""
        base = re.findall(r'image (?:load )?base address: (?:0x)?([0-9a-f]+)$',
                          log.text(), re.M)
        found = {}
        with open(self.ram, 'rb') as file:
            for name, offset in xensyms.variables(
                    self.tools.xen, function, r'\w*paddr_bits').items():
                file.seek(int(base[-1], 16) + offset)
                found[name] = int.from_bytes(file.read(4), 'little')
                log.add(f'xen: {function} reads {name}, {found[name]}')
        return set(found.values())

    def _token(self):
        """The token of the last receipt: EDK2 keeps a variable's data behind
        its name, and Xen the token behind eight bytes of its header."""
        with open(self.vars, 'rb') as file:
            data = file.read()
        name = 'BootScrubReceipt\0'.encode('utf-16-le')
        at = data.rindex(name) + len(name) + 8
        return data[at:at + 16]

    @contextlib.contextmanager
    def fork(self):
        """What happens inside leaves no trace in the machine."""
        saved = self.keys, self.view, self.heap
        with tempfile.TemporaryDirectory(
                dir=os.path.dirname(self.ram)) as directory:
            self._run(['cp', '--sparse=always', self.ram, directory + '/ram'])
            self._run(['cp', '-a', self.dir, directory + '/dir'])
            try:
                yield
            finally:
                self.keys, self.view, self.heap = saved
                os.replace(directory + '/ram', self.ram)
                shutil.copyfile(directory + '/dir/vars.fd', self.vars)
                if os.path.isdir(directory + '/dir/tpm'):
                    shutil.rmtree(self.dir + '/tpm')
                    shutil.move(directory + '/dir/tpm', self.dir + '/tpm')

    def boot(self, log_name, options='', dom0='', efi=(), entry='native',
             cpu='', limit=240, kill=None, low=None, high=None, smp=None,
             second_package=None, devices=None, tpm=None, module='',
             ramdisk='', madt=()):
        """Boot once.  Returns the Log; raises Failure if QEMU does not run.

        options: Xen's; dom0: commands of the test dom0; efi: commands of the
        tampering EFI program, which runs instead of Xen, or before it if the
        last one boots it; bootscrub.efi is there to be booted, too; cpu:
        further CPU properties; second_package: the same for a second one,
        which takes smp='1,maxcpus=2,sockets=2'; devices: what QEMU's -device
        takes; kill: a pattern, at which the power is cut; tpm:
        has it one?  module, ramdisk: names of secrets that dom0's kernel file
        and its initial RAM disk carry (native entry); or see _ramdisk(); madt:
        see madt_with(), of use with Xen's option acpi_apic_instance=2.
        """
        self._size(low or self.low, high or self.high)
        if entry == 'bios':
            media = self._bios(options, dom0)
        elif entry == 'kexec':
            media = self._linux(options, dom0)
        else:
            media = self._uefi(self._disk(entry, options, dom0, efi, module,
                                          ramdisk))
        log = Log(log_name)
        with contextlib.ExitStack() as parts:
            errors = parts.enter_context(open(log_name + '.qemu', 'wb'))
            waker = parts.enter_context(Waker())
            media += waker.arguments()
            fds = [waker.other.fileno()]
            if self.tpm if tpm is None else tpm:
                chip = parts.enter_context(Tpm(self.dir + '/tpm'))
                media += chip.arguments()
                fds.append(chip.socket.fileno())
            else:
                media += ['-device', 'no-tpm']
            qemu = subprocess.Popen(
                self._command(media, low or self.low, cpu, smp or self.smp,
                              second_package,
                              self.devices if devices is None else devices,
                              madt),
                stdin=self.stdin, stdout=subprocess.PIPE,
                stderr=errors, pass_fds=fds)
            RUNNING.add(qemu)
            try:
                self._read(qemu, log, limit, kill)
                if log.ended == 'exit':
                    qemu.wait()
            finally:
                if qemu.poll() is None:
                    qemu.kill()
                log.status = qemu.wait()
                RUNNING.discard(qemu)
        self.heap = re.findall(r'^dom0: heap (\S+)$', log.text(),
                               re.M) or self.heap
        with open(log_name + '.qemu', encoding='utf-8') as errors:
            said = errors.read().strip()
        if not log.lines and said:
            raise Failure('the machine did not come up: ' +
                          said.split('\n')[-1])
        if log.ended == 'exit' and log.status == -signal.SIGBUS:
            raise Failure(f'there is no room left for {self.ram}; make some, '
                          'or name another directory in BOOTSCRUB_TMP')
        if log.ended == 'exit' and log.status < 0:
            raise Failure(f'QEMU died of signal {-log.status}')
        return log

    @staticmethod
    def _read(qemu, log, limit, kill):
        start = time.monotonic()
        pending = b''
        with selectors.DefaultSelector() as ready, \
                open(log.name, 'w', encoding='utf-8') as copy:
            ready.register(qemu.stdout, selectors.EVENT_READ)
            while True:
                now = time.monotonic() - start
                if not ready.select(max(0, limit - now)):
                    log.ended = 'timeout'
                    return
                data = os.read(qemu.stdout.fileno(), 65536)
                *lines, pending = TERMINAL_CODES.sub(
                    b'', pending + data).split(b'\n')
                # The end of a line is not waited for, where there is none or
                # where its words are enough to cut the power.
                cut = bool(kill and re.search(kill, text(pending)))
                if pending and (cut or not data):
                    lines.append(pending)
                for line in map(text, lines):
                    log.lines.append(line)
                    log.times.append(time.monotonic() - start)
                    copy.write(f'{log.times[-1]:8.3f} {line}\n')
                    cut = cut or bool(kill and re.search(kill, line))
                if cut:
                    log.ended = 'killed'
                if cut or not data:
                    return

    def _size(self, low, high):
        size = to_bytes(low) + to_bytes(high)
        with open(self.ram, 'ab') as ram:
            if ram.tell() != size:
                ram.truncate(size)

    def _command(self, media, low, cpu, smp, second_package, devices, madt):
        size = os.path.getsize(self.ram)
        # It is like the first one, except for what is said here.
        second = ['-device', 'qemu64-x86_64-cpu,socket-id=1,core-id=0,'
                  'thread-id=0,' + second_package] if second_package else []
        # Only older machine types split one file, and so keep it one.
        machine = 'pc-q35-5.0' if self.nodes else 'q35'
        more = []
        for number, node in enumerate(self.nodes):
            memory, *without = node.split(' without CPUs')
            more += ['-numa', f'node,nodeid={number},mem={memory}' +
                     ('' if without else f',cpus={number}')]
        for device in devices:
            more += ['-device', device]
        if madt:
            name = os.path.join(self.dir, 'madt')
            with open(name, 'wb') as file:
                file.write(madt_with(int(smp.split(',')[0]), madt))
            more += ['-acpitable', f'file={name}']
        return [
            self.tools.qemu, '-nodefaults', '-no-user-config', '-no-reboot',
            '-display', 'none', '-serial', 'stdio', '-accel', 'tcg',
            '-machine', f'{machine},memory-backend=ram,max-ram-below-4g={low}'
                        f',smm={"on" if self.firmware in GUARDED else "auto"}',
            '-m', str(size // 1048576), '-smp', smp,
            '-cpu', ','.join(filter(None, (CPU[self.vendor], CPU_FEATURES,
                                           cpu))),
            '-object', f'memory-backend-file,id=ram,size={size},share=on,'
                       f'mem-path={self.ram}',
            '-device', 'isa-debug-exit,iobase=0xf4,iosize=4',
            *media, *second, *more]

    def _bios(self, options, dom0):
        """SeaBIOS, and QEMU as the boot loader."""
        xen = self._unpack_xen('xen')
        return ['-kernel', xen, '-append', f'{XEN_OPTIONS} {options}',
                '-initrd', f'{self.tools.dom0} {dom0}']

    def _unpack_xen(self, name):
        """Not all loaders do it themselves."""
        name = os.path.join(self.dir, name)
        with gzip.open(self.tools.xen + '/xen.gz') as packed, \
                open(name, 'wb') as plain:
            shutil.copyfileobj(packed, plain)
        return name

    def _linux(self, options, dom0):
        """SeaBIOS, QEMU as the boot loader, Linux, and kexec from there."""
        image = self._initramfs((
            '/bin/busybox mount -t sysfs sysfs /sys\n'
            '/sbin/kexec --load --type=multiboot2-x86 '
            f'--command-line="{XEN_OPTIONS} {options}" '
            f'--module="/dom0.elf {dom0}" /xen && /sbin/kexec --exec\n'),
            **{'xen': self._unpack_xen('xen'), 'dom0.elf': self.tools.dom0})
        return ['-kernel', self.tools.linux + '/vmlinuz', '-initrd', image,
                '-append', 'console=ttyS0 quiet']

    def _initramfs(self, script, **more):
        """Busybox, kexec and more files, for a Linux that runs a script."""
        files = os.path.join(self.dir, 'initramfs')
        shutil.rmtree(files, ignore_errors=True)
        shutil.copytree(self.tools.linux + '/root', files)
        for name, source in more.items():
            shutil.copyfile(source, os.path.join(files, name))
        self._write('initramfs/init', (
            '#!/bin/busybox sh\n'
            f'/bin/busybox mount -t proc proc /proc\n{script}'
            '/bin/busybox poweroff -f\n'))
        os.chmod(files + '/init', 0o755)
        self._run(['sh', '-c', 'cd "$0" && find . | cpio -o -H newc >"$1"',
                   files, files + '.cpio'])
        return files + '.cpio'

    def _uefi(self, disk):
        drive = 'if=pflash,format=raw,'
        code = f'{FIRMWARE}/{CODE[self.firmware]}'
        protected = ['-global', 'driver=cfi.pflash01,property=secure,value=on'
                     ] if self.firmware in GUARDED else []
        return [
            *protected,
            '-drive', f'{drive}readonly=on,file={code}',
            '-drive', f'{drive}file={self.vars}',
            '-drive', f'format=raw,file={disk}']

    # --- EFI system partition ---------------------------------------------

    def _disk(self, entry, options, dom0, efi, module, ramdisk):
        options = f'{XEN_OPTIONS} {options}'
        files = {}
        if entry == 'grub':
            files['EFI/BOOT/BOOTX64.EFI'] = self._grub(options, dom0)
        else:
            kernel, dom0, ramdisk = self._dom0(entry, dom0, module, ramdisk)
            config = self._write('xen.cfg', (
                '[global]\ndefault=xen\n[xen]\n'
                f'options={options}\nkernel=dom0.elf {dom0}\n' +
                ('ramdisk=ramdisk\n' if ramdisk else '')))
            own = {'xen.cfg': config, 'dom0.elf': kernel}
            if ramdisk:
                own['ramdisk'] = ramdisk
            xen = os.path.join(self.tools.xen, 'xen.efi')
            if entry in ('unified', 'signed'):
                image = self._unified(xen, config)
                if entry == 'signed':
                    image = self._signed(image)
                files['EFI/BOOT/BOOTX64.EFI'] = image
            elif efi:
                files['EFI/BOOT/BOOTX64.EFI'] = self.tools.tamper
                files['EFI/BOOT/tamper.txt'] = self._write(
                    'tamper.txt', '\n'.join(efi) + '\n')
                files['bootscrub.efi'] = self.tools.efi
                files['xen.efi'] = xen
                files.update(own)
            else:
                files['EFI/BOOT/BOOTX64.EFI'] = xen
                files['EFI/BOOT/BOOTX64.cfg'] = own.pop('xen.cfg')
                files.update(('EFI/BOOT/' + name, file)
                             for name, file in own.items())
        return self._image(files)

    def _grub(self, options, dom0):
        config = self._write('grub.cfg', (
            f'multiboot2 /xen.gz {options}\nmodule2 /dom0.elf {dom0}\nboot\n'))
        image = os.path.join(self.dir, 'grub.efi')
        self._run(['grub-mkstandalone', '-O', 'x86_64-efi', '-o', image,
                   '--modules=multiboot2 memdisk tar', '--locales=',
                   '--fonts=', '--themes=',
                   'boot/grub/grub.cfg=' + config,
                   f'xen.gz={self.tools.xen}/xen.gz',
                   'dom0.elf=' + self.tools.dom0])
        return image

    def _dom0(self, entry, dom0, module, ramdisk):
        """The files of its kernel and initial RAM disk, and its options."""
        if entry == 'pvh':
            # The test dom0 is a PV guest.  Linux says what it runs as.
            return self.tools.linux + '/vmlinuz', \
                f'earlyprintk=xen,keep {dom0}', self._initramfs(
                    '/bin/busybox mount -t devtmpfs dev /dev\n'
                    'echo "dom0: done" >/dev/kmsg\n')
        return self._kernel(module), dom0, ramdisk and self._ramdisk(ramdisk)

    def _ramdisk(self, what):
        """A secret, or "signed:NAME:GUID", a signed write of that variable."""
        if what.startswith('signed:'):
            _, name, guid = what.split(':')
            text = signed_write(self.dir, name, guid, b'\0').decode('latin-1')
        else:
            text = secret_pages(what)
        return self._write('ramdisk', text, 'latin-1')

    def _kernel(self, module):
        """The test dom0, with secrets behind its end."""
        if not module:
            return self.tools.dom0
        with open(self.tools.dom0, 'rb') as file:
            kernel = file.read().decode('latin-1')
        # A search looks where a block of 16 bytes begins.
        kernel = kernel.ljust(-(-len(kernel) // 16) * 16, '\0')
        return self._write('dom0.elf', kernel + secret_pages(module),
                           'latin-1')

    def _unified(self, xen, config):
        """Configuration and kernel in sections behind those of Xen."""
        image = os.path.join(self.dir, 'unified.efi')
        headers = self._run(['objdump', '-h', xen])
        ends = [int(size, 16) + int(address, 16) for size, address in
                re.findall(r'^ *\d+ \S+ +(\w+) +(\w+)', headers, re.M)]
        free = (max(ends) | 0x1fffff) + 1
        sections = []
        for name, file in ('.config', config), ('.kernel', self.tools.dom0):
            sections += ['--add-section', f'{name}={file}',
                         '--change-section-vma', f'{name}={free:#x}']
            free += 1 << 20
        self._run(['objcopy', *sections, xen, image])
        return image

    def _signed(self, image):
        key = os.path.join(self.dir, 'snakeoil.key')
        self._run(['openssl', 'rsa', '-passin', 'pass:snakeoil', '-in',
                   SNAKEOIL + '.key', '-out', key])
        self._run(['sbsign', '--key', key, '--cert', SNAKEOIL + '.pem',
                   '--output', image + '.signed', image])
        return image + '.signed'

    def _write(self, name, text, encoding='utf-8'):
        name = os.path.join(self.dir, name)
        with open(name, 'w', encoding=encoding, newline='') as file:
            file.write(text)
        return name

    def _image(self, files):
        image = os.path.join(self.dir, 'esp.img')
        size = sum(map(os.path.getsize, files.values()))
        with open(image, 'wb') as file:
            file.truncate(max(32 << 20, (size + (4 << 20)) & ~0xfffff))
        self._run(['mformat', '-i', image, '::'])
        self._run(['mmd', '-i', image, '::/EFI', '::/EFI/BOOT'])
        for name, source in files.items():
            self._run(['mcopy', '-i', image, source, '::/' + name])
        return image

    @staticmethod
    def _run(command):
        done = subprocess.run(command, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise Failure(f'{command[0]} failed: {done.stdout.strip()}')
        return done.stdout


def text(line):
    return line.decode('utf-8', 'replace').strip('\r\0')


def secret_pages(name, pages=256):
    """What a program that holds the secret leaves in memory."""
    return f'secret:{name}'.ljust(16, '.') * (256 * pages)


def to_bytes(size):
    """Bytes in a size like 512M or 4G."""
    return int(size[:-1]) << {'M': 20, 'G': 30}[size[-1]]


def memory_directory(root):
    """Where guests' RAM is kept: in memory, if there is enough of it."""
    named = os.environ.get('BOOTSCRUB_TMP')
    if named:
        return named
    try:
        if shutil.disk_usage('/dev/shm').free > 10 << 30:
            return '/dev/shm'
    except OSError:
        pass
    os.makedirs(os.path.join(root, 'build'), exist_ok=True)
    return os.path.join(root, 'build')
