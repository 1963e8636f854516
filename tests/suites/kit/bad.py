# SPDX-License-Identifier: GPL-2.0-only
"""Bad input: a clear sentence, nothing lost, nothing left behind."""

import os

from classes import TME, Base
from machine import Failure
from reports import Bad, check, load
from stick import run

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, '..', '..', '..'))
STATE = ('KIT0.DAT', 'KIT1.DAT')
# Where the kit has left, the firmware goes on.
LEFT = 'UEFI Interactive Shell|starting Boot.* "UiApp"'


class BadCase(Base):
    """A machine on which something is wrong."""

    tpm = False

    def start(self, words, key='new', **others):
        """Answers, then a start."""
        self.machine.put('kit.txt', words + '\n')
        self.machine.reset(key)
        return self.boot(**others)

    def leaves(self, words, **others):
        """A start after which the firmware goes on."""
        log = self.start(words, kill=LEFT, **others)
        self.expect(f'boot {self.boots} ended', log.ended, 'killed')
        return log

    def nothing_left(self, files=('kit.txt',)):
        """But the stick's own files."""
        self.expect('variables left', self.live_variables(), set())
        self.expect('files left', sorted(self.machine.names()),
                    sorted(files))

    def one_report(self, finished):
        """A valid one on the stick."""
        names = [name for name in self.machine.names()
                 if name.endswith('.yml')]
        if len(names) != 1:
            raise Failure(f'{len(names)} reports on the stick')
        path = os.path.join(self.dir, names[0])
        with open(path, 'wb') as file:
            file.write(self.machine.get(names[0]))
        try:
            report = load(path)
            check(report, path)
        except Bad as error:
            raise Failure(f'the report: {error}') from None
        self.expect('finished', report['finished'], finished)
        return report


class Leave(BadCase):
    """Left at the first question: nothing was written"""

    def run(self):
        before = self.stick()
        self.machine.put('kit.txt', 'quit\n')
        before = self.stick()
        self.machine.reset('new')
        log = self.boot(kill=LEFT)
        self.expect('ended', log.ended, 'killed')
        self.expect_line(log, 'It opens no other disk')
        self.expect('the stick is as it was', self.stick() == before, True)
        self.nothing_left()

    def stick(self):
        with open(self.machine.stick, 'rb') as file:
            return file.read()


class FullStick(BadCase):
    """A full stick: said, and nothing written"""

    def run(self):
        self.machine.fill()
        log = self.leaves('begin warm')
        self.expect_line(log, 'The stick is full: the kit needs 4 MiB')
        self.nothing_left(('kit.txt', 'FULL.BIN'))


class ReadOnlyStick(BadCase):
    """A write-protected stick: said, and nothing written"""

    def run(self):
        self.machine.put('kit.txt', 'begin warm\n')
        self.machine.read_only = True
        self.machine.reset('new')
        log = self.boot(kill=LEFT)
        self.expect('ended', log.ended, 'killed')
        self.expect_line(log, 'The stick cannot be written: '
                         'is it write-protected')
        self.nothing_left()


class StickPulledOut(BadCase):
    """A stick that is pulled out: said, no variables left, and gone on with"""

    def run(self):
        self.machine.hands = 'is not a word that the kit knows', 'pull', 'w'
        log = self.start('begin nonsense', kill='EFI variables are deleted')
        self.expect('ended', log.ended, 'killed')
        self.expect_line(log, r'The stick cannot be written \(any more\)')
        self.expect('variables left', self.live_variables(), set())
        self.expect('state kept', set(STATE) & self.machine.names() != set(),
                    True)
        log = self.start('begin warm')
        self.expect_line(log, 'start 2 of at most 16, after: first')
        self.start('begin warm end off')
        self.one_report(True)
        self.expect('variables left', self.live_variables(), set())


class StickFillsUp(BadCase):
    """A stick that fills up in between: said, and no variables left"""

    def run(self):
        self.start('begin warm')
        self.machine.fill()
        log = self.leaves('begin warm cold')
        self.expect_line(log, 'The stick is full')
        self.expect('variables left', self.live_variables(), set())
        self.expect('state kept', set(STATE) <= self.machine.names(), True)


class DamagedState(BadCase):
    """One of the two files damaged: it goes on; both: asked, and anew"""

    def run(self):
        self.start('begin warm')
        self.spoil(self.newest())
        log = self.start('begin warm cold')
        self.expect_line(log, 'goes on from the older one')
        for name in STATE:
            self.spoil(name)
        log = self.leaves('quit')
        self.expect_line(log, 'are damaged, or another version')
        log = self.start('anew begin warm')
        self.expect_line(log, r'start 1 of at most 16, after: first')
        # Words are counted in the state, which was new.
        log = self.start('anew begin warm end off')
        self.expect_line(log, 'start 2 of at most 16, after: warm')
        self.one_report(True)
        self.expect('variables left', self.live_variables(), set())

    def newest(self):
        def generation(name):
            return int.from_bytes(self.machine.get(name)[12:16], 'little')
        return max(STATE, key=generation)

    def spoil(self, name):
        """One bit, somewhere in the file."""
        data = bytearray(self.machine.get(name))
        data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
        self.machine.put(name, bytes(data))


class NoVariables(BadCase):
    """Variables that cannot be written: said; the kit goes on without"""

    def prepare(self):
        """The tampering program in front of the kit."""
        out = os.path.join(ROOT, 'build', 'efi')
        xen = run([os.path.join(ROOT, 'tests/build/fetch'), 'xen',
                   os.environ.get('BASE') or '4.17']).split('\n')[-2]
        run(['make', '--no-print-directory', '-s', '-C',
             os.path.join(ROOT, 'tests/rig/efi'), f'OUT={out}',
             f'XEN_TREE={xen}'])
        kit = self.machine.get('EFI/BOOT/BOOTX64.EFI')
        with open(out + '/tamper.efi', 'rb') as file:
            self.machine.put('EFI/BOOT/BOOTX64.EFI', file.read())
        self.machine.put('EFI/BOOT/tamper.txt',
                         'writes refuse\nboot \\kit.efi\n')
        self.machine.put('kit.efi', kit)

    def run(self):
        self.prepare()
        log = self.start('begin warm end off')
        self.expect_line(log, 'does not let the kit write EFI variables')
        log = self.start('begin warm end off')
        report = self.one_report(True)
        self.expect('outcome', report['outcomes']['warm'], 'renewed')
        self.expect('auto', report['steps'][-1]['auto']['gates']['recorded'],
                    'record-not-written')
        self.expect('variables left', self.live_variables(), set())


class ByHand(BadCase):
    """A reset that did not come back by itself: asked, and not counted"""

    def run(self):
        self.machine.rtc = self.drawn.rtc(0)
        self.start('begin warm')
        self.machine.rtc = self.drawn.rtc(0).replace(':00:00', ':20:00')
        log = self.start('begin warm no end off', key='keep')
        self.expect_line(log, 'more than ten minutes ago')
        report = self.one_report(True)
        self.expect('by itself', report['steps'][1]['by-itself'], False)
        self.expect('outcome', report['outcomes']['warm'], 'untried')
        self.expect_line(log, 'Warm reset: did not come back by itself')
        self.expect('variables left', self.live_variables(), set())


class Stuck(BadCase):
    """Registers that are promised and missing: noticed, and not for ever"""

    def cpu(self, reset):
        return 'tme=on,tme-msrs=off'

    def run(self):
        # The firmware ends in an exception, and somebody switches off.
        exception = 'X64 Exception Type'
        self.start('begin', kill=exception)
        log = self.start('begin', kill=exception)
        self.expect('it tries again', log.ended, 'killed')
        self.expect_line(log, 'last start stopped while asking the processors')
        log = self.leaves('begin')
        self.expect_line(log, 'This was the second time')
        self.expect('variables left', self.live_variables(), set())


class Interrupted(BadCase):
    """Left in the middle, and gone on with; the report so far is there"""

    def run(self):
        self.start('begin warm')
        self.leaves('begin warm quit')
        report = self.one_report(False)
        self.expect('steps', len(report['steps']), 2)
        log = self.start('begin warm quit cold')
        self.expect_line(log, 'start 3 of at most 16, after: first')
        # Then it waits for somebody at the keyboard.
        log = self.start('begin warm quit cold nonsense',
                         kill='word 5 does not fit this question')
        self.expect('it waits', log.ended, 'killed')
        self.expect_line(log, '"nonsense" is not a word that the kit knows')
        self.expect_line(log, 'start 4 of at most 16, after: cold')
        log = self.start('begin warm quit cold end off')
        self.one_report(True)
        self.expect('variables left', self.live_variables(), set())

    def cpu(self, reset):
        return TME.format(0x3)


class Unsigned(BadCase):
    """Secure Boot refuses the kit, not being signed, in the firmware's words"""

    firmware = 'secure'

    def run(self):
        log = self.start('begin warm', kill='No bootable option')
        self.expect('boot 1 ended', log.ended, 'killed')
        self.expect_line(log, 'Access Denied|Security Violation')
        if 'Boot scrub kit' in log.text():
            self.wrong.append('it was started')
        self.nothing_left()


CASES = {
    'left-at-once': Leave, 'full-stick': FullStick,
    'read-only-stick': ReadOnlyStick, 'stick-pulled-out': StickPulledOut,
    'stick-fills-up': StickFillsUp,
    'damaged-state': DamagedState, 'no-variables': NoVariables,
    'by-hand': ByHand, 'stuck': Stuck, 'interrupted': Interrupted,
    'secure-boot-refused': Unsigned,
}
