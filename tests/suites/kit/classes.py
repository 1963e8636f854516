# SPDX-License-Identifier: GPL-2.0-only
"""Classes of machines: how each is made, and what the kit has to find."""

import os
import re

from drawn import SIGNATURE, Drawn
from machine import Failure
from reports import Bad, check, file_name, load, replay
from stick import StickMachine

TITLE = {'warm': 'Warm reset', 'cold': 'Cold reset', 'off': 'Power off',
         'crash': 'Crash'}
RESET = {'off': 'power-off'}
PAGE_BITS = 32768

TME = 'tme=on,tme-activate={:#x}'
NEW, RESTORED, BYPASSED = 0x3, 0x7, 0x80000003


class Base:
    """One machine with a stick, and what is found wrong."""

    vendor, tpm, nodes, smp, devices = 'intel', True, (), None, ()
    firmware, second_package = 'plain', None

    def __init__(self, tools, directory, memory, image, program, rng):
        self.rng, self.dir, self.program = rng, directory, program
        self.drawn = Drawn(rng, self.vendor, self.nodes, self.smp)
        self.machine = StickMachine(
            tools, directory, memory, image,
            smbios=self.drawn.smbios(directory), vendor=self.vendor,
            tpm=self.tpm, nodes=self.nodes, devices=self.devices,
            low=f'{self.drawn.low}M', high=f'{self.drawn.high}M',
            smp=self.drawn.smp, firmware=self.firmware)
        self.wrong, self.boots, self.report_name = [], 0, None

    def cpu(self, reset):
        """What the firmware did with encryption, after a reset of a kind."""
        return TME.format(NEW)

    def boot(self, reset='first', kill=None, limit=150):
        """Start the stick; the log."""
        self.boots += 1
        log = self.machine.boot(
            os.path.join(self.dir, f'boot-{self.boots}'), limit=limit,
            cpu=f'{self.cpu(reset)},{self.drawn.cpu()}', kill=kill,
            second_package=self.second_package)
        if log.ended == 'timeout':
            raise Failure(f'boot {self.boots} did not end; its last line: '
                          f'{log.lines[-1] if log.lines else ""}')
        return log

    def boot_without_kit(self):
        """Power goes when the firmware has counted the boot."""
        log = self.boot(kill='BdsDxe: loading')
        if log.ended != 'killed':
            raise Failure('the firmware started nothing')

    def expect(self, what, have, want):
        if have != want:
            self.wrong.append(f'{what}: {have!r}, not {want!r}')

    def expect_line(self, log, pattern):
        """Somewhere in what was said."""
        if not re.search(pattern, re.sub(r'\s+', ' ', log.text())):
            self.wrong.append(f'boot {self.boots} does not say "{pattern}"')

    def live_variables(self):
        """The kit's in NVRAM that were not deleted.  EDK2 has a header of 60
        bytes in front of a name; its third is 0x3f while it is valid
        (MdeModulePkg, VariableFormat.h)."""
        with open(self.machine.vars, 'rb') as file:
            data = file.read()
        found = set()
        for name in ('BootScrubKitRecord', 'BootScrubKitReceipt',
                     'BootScrubRecord', 'BootScrubReceipt'):
            pattern = re.escape((name + '\0').encode('utf-16-le'))
            for at in re.finditer(pattern, data):
                header = data[at.start() - 60:at.start()]
                if header[:2] == b'\xaa\x55' and header[2] == 0x3f:
                    found.add(name)
        return found


class Case(Base):
    """A whole round: each reset in an order that is drawn, and the end."""

    kinds = ('warm', 'cold', 'off', 'crash')
    resets_extra = 0            # the firmware resets so often more
    counted_before = 0          # boots, in the variables that it comes with
    klass = None                # of the report
    encryption = 'active'
    key = {'first': 'new'}      # what the processor says, by reset

    def answer(self, reset):
        """(outcome, pattern for its line, auto skips) of a reset."""
        raise NotImplementedError

    def between(self, reset):
        """What memory goes through."""
        self.machine.reset('new')

    def prepare(self):
        """How memory is before all."""
        self.machine.reset('new')

    def run(self):
        self.order = list(self.kinds)
        self.rng.shuffle(self.order)
        self.machine.put('kit.txt', '# drawn\nbegin\n' +
                         '\n'.join(self.order) + '\nend off\n')
        self.prepare()
        for _ in range(self.drawn.boots_before):
            self.boot_without_kit()
        self.kit_boots = []
        for day, reset in enumerate(['first'] + self.order):
            if reset != 'first':
                self.between(reset)
                for _ in range(self.resets_extra):
                    self.boot_without_kit()
            # A minute of a day each: longer would be asked about.
            self.machine.rtc = self.drawn.rtc(0).replace(
                ':00:00', f':{day:02}:00')
            log = self.boot(reset)
            self.kit_boots.append(self.boots)
        self.log = log
        self.judge()

    # --- What was found, against how the machine was made --------------------

    def judge(self):
        names = self.machine.names()
        self.expect('variables left', self.live_variables(), set())
        reports = [name for name in names if name.endswith('.yml')]
        self.expect('files left', sorted(names - set(reports)), ['kit.txt'])
        if len(reports) != 1:
            raise Failure(f'{len(reports)} reports on the stick')
        self.report_name = reports[0]
        text = self.machine.get(reports[0])
        path = os.path.join(self.dir, reports[0])
        with open(path, 'wb') as file:
            file.write(text)
        for secret in self.drawn.serial, self.drawn.uuid:
            if secret.lower() in text.decode().lower():
                self.wrong.append(f'the report has {secret}')
        try:
            self.report = load(path)
            check(self.report, path)
            list(replay(self.program, self.report))
        except Bad as error:
            raise Failure(f'the report: {error}') from None
        self.judge_machine()
        for number, step in enumerate(self.report['steps']):
            self.judge_step(number, step)
        self.judge_lines()

    def judge_machine(self):
        d, r = self.drawn, self.report
        self.expect('file name', self.report_name, file_name(r))
        self.expect('finished', r['finished'], True)
        self.expect('emulated', r['emulated'], True)
        for part, drawn in (('firmware', d.firmware), ('system', d.system),
                            ('board', d.board)):
            for key, value in drawn.items():
                self.expect(f'{part} {key}', r[part][key], value)
        self.expect('processor', r['processor'], {
            'vendor': {'intel': 'Intel', 'amd': 'AMD'}[self.vendor],
            'name': d.processor, 'signature': SIGNATURE[self.vendor],
            'microcode': d.microcode})
        self.expect('ecc', r['memory']['ecc'], d.ecc)
        self.expect('modules', [
            (one['mib'], one['vendor'], one['speed'])
            for one in r['memory']['modules']],
            [(d.low + d.high, d.module_vendor, d.speed)])
        top = max(one['end'] for one in r['memory']['map']
                  if one['type'] == 7)
        self.expect('top of memory', top, (4 << 30) + (d.high << 20))
        self.expect('date', self.report_name[-12:-4],
                    d.rtc(0)[:10].replace('-', ''))
        self.expect('class', r['class'], self.klass)
        self.expect('resets', [step['reset'] for step in r['steps']],
                    ['first'] + [RESET.get(one, one) for one in self.order])

    def judge_step(self, number, step):
        d, reset = self.drawn, (['first'] + self.order)[number]
        where = f'step {number + 1}'
        boots = self.kit_boots[number]
        self.expect(f'{where}, processors', step['processors'],
                    d.processors())
        self.expect(f'{where}, without answer',
                    step['processors-without-answer'], 0)
        self.expect(f'{where}, monotonic count',
                    step['monotonic-count'] >> 32,
                    boots + self.counted_before)
        self.expect(f'{where}, TPM resets',
                    step['tpm'] and step['tpm']['resets'],
                    boots if self.tpm else None)
        self.expect(f'{where}, time', step['came'][:16],
                    d.rtc(0)[:14] + f'{number:02}')
        self.expect(f'{where}, covered', step['covered-mib'], self.covered())
        self.expect(f'{where}, planted', step['planted'], self.planted())
        self.expect(f'{where}, encryption', step['facts']['encryption'],
                    self.encryption)
        self.judge_registers(where, reset, step)
        if reset == 'first':
            return
        outcome, _, skips = self.answer(reset)
        self.expect(f'{where}, outcome', step['outcome'], outcome)
        if skips is not None:
            self.expect(f'{where}, skip', step['auto']['action'] == 'skip',
                        skips)
        for marker in step['markers']:
            self.judge_marker(where, reset, marker)

    def covered(self):
        return self.drawn.covered()

    def planted(self):
        return self.drawn.planted()

    def judge_registers(self, where, reset, step):
        wanted = re.search(r'tme-activate=(\S+?)(,|$)', self.cpu(reset))
        if wanted:
            self.expect(f'{where}, IA32_TME_ACTIVATE',
                        [one['activate'] for one in step['registers']],
                        [int(wanted.group(1), 0)])

    MARKERS = {'kept': ('readable', 0, 0), 'cleared': ('cleared', 15000, 17800),
               'renewed': ('noise', 15000, 17800)}

    def judge_marker(self, where, reset, marker):
        want, least, most = self.MARKERS[self.answer(reset)[0]]
        self.expect(f'{where}, marker', marker['class'], want)
        if not least <= marker['distance'] <= most:
            self.wrong.append(f'{where}: a marker is off by '
                              f'{marker["distance"]} bits')
        self.expect(f'{where}, repeats', marker['repeats'], False)

    def judge_lines(self):
        """The ten lines, in the report and on the screen."""
        d, lines = self.drawn, self.report['summary']
        text = self.log.text()
        for line in lines:
            if line not in text:
                self.wrong.append(f'not on the screen: {line}')
        for what, fragment in (
                (0, d.board['vendor'][:15].strip()),
                (0, d.board['product'][:18].strip()),
                (0, d.firmware['version']),
                (1, d.processor[:28].strip()), (1, f'{d.microcode:#x}'),
                (1, d.ecc), (2, self.cpus_said())):
            if fragment not in lines[what]:
                self.wrong.append(f'no "{fragment}" in: {lines[what]}')
        for reset in self.kinds:
            pattern = self.answer(reset)[1]
            line = next((line for line in lines
                         if line.startswith(TITLE[reset] + ':')), '')
            if not re.search(pattern, line):
                self.wrong.append(f'no "{pattern}" in: {line}')
            auto = self.step_after(reset)['auto']
            if not line.endswith('. auto skips' if auto['action'] == 'skip'
                                 else f'. auto scrubs: {auto["reason"]}'):
                self.wrong.append(f'auto is wrong in: {line}')
        by = 1 + self.resets_extra
        counters = f'boot counter +{by}, ' + (f'TPM +{by}' if self.tpm
                                              else 'no TPM')
        if counters not in lines[7]:
            self.wrong.append(f'no "{counters}" in: {lines[7]}')
        if f'Class: {self.klass},' not in lines[8]:
            self.wrong.append(f'no {self.klass} in: {lines[8]}')
        if not re.search(self.advice, lines[9]):
            self.wrong.append(f'no "{self.advice}" in: {lines[9]}')

    advice = ''

    def cpus_said(self):
        nr = self.drawn.processors()
        return f'{nr} CPU' + ('s' if nr != 1 else '')

    def step_after(self, reset):
        return next(step for step in self.report['steps']
                    if step['reset'] == RESET.get(reset, reset))


RENEWED = 'renewed', 'renews the key', True
CLEARED = 'cleared', 'memory cleared; CPU says new', True


class KeptAndSaid(Case):
    """Intel client: warm resets and crashes keep the key, and the CPU says so"""

    klass = 'intel-kept-warm'
    advice = 'reboot=P'

    def between(self, reset):
        self.machine.reset('keep' if reset in ('warm', 'crash') else 'new')

    def cpu(self, reset):
        return TME.format(RESTORED if reset in ('warm', 'crash') else NEW)

    def answer(self, reset):
        return ('kept', 'keeps the key, and CPU says so.*key-restored',
                False) if reset in ('warm', 'crash') else RENEWED


class KeptNotSaid(KeptAndSaid):
    """The same, but the CPU says that the key is new: markers know better"""

    def cpu(self, reset):
        return TME.format(NEW)

    def answer(self, reset):
        return ('kept', 'keeps the key, but CPU says new.*marker-readable',
                False) if reset in ('warm', 'crash') else RENEWED


class New(Case):
    """Intel with a TPM and a new key at each reset"""

    klass = 'intel-new'
    advice = 'of use here'

    def cpu(self, reset):
        return TME.format(0x23)         # AES-XTS-256

    def answer(self, reset):
        return RENEWED


class SecureBoot(New):
    """The same with Secure Boot on, and a signed kit"""

    firmware, kinds = 'secure', ('warm', 'off')
    counted_before = 1          # by whoever enrolled the keys

    def prepare(self):
        super().prepare()
        self.machine.sign()


class SmallFirmware(New):
    """The same with the firmware of 2 MiB, where the release has it"""

    firmware, kinds = 'small', ('warm', 'crash')


class Cleared(Case):
    """Intel with a TPM, on which the firmware clears memory"""

    klass = 'intel-cleared'
    advice = 'of use here'

    def between(self, reset):
        self.machine.reset('new')
        self.machine.clear_memory()

    def answer(self, reset):
        return CLEARED


class ClearedNoTpm(Cleared):
    """The same without a TPM"""

    klass, tpm = 'intel-cleared-no-tpm', False


class Scrambled(Case):
    """The CPU says encrypted; memory is only scrambled, by a new seed"""

    klass = 'intel-kept'
    advice = 'always scrubs'

    def between(self, reset):
        self.machine.reset('scrambled')

    def prepare(self):
        self.between('first')

    def answer(self, reset):
        return 'kept', 'only scrambled.*marker-readable', False

    def judge_marker(self, where, reset, marker):
        self.expect(f'{where}, marker', marker['class'], 'readable')
        self.expect(f'{where}, repeats', marker['repeats'], True)


class ResetsTwice(Case):
    """The firmware resets twice at each start: counters advance by two"""

    klass, resets_extra = 'intel-resets-twice', 1
    advice = 'counters break the chain'
    kinds = 'warm', 'off'

    def answer(self, reset):
        return 'renewed', 'renews the key.*counter-gap', False


class Decay(Case):
    """The key is kept over a short power cut, in which some cells decay"""

    klass = 'intel-kept'
    advice = 'always scrubs'
    kinds = 'off', 'warm'

    def __init__(self, *args):
        super().__init__(*args)
        self.lost = self.rng.choice((1, 2))

    def between(self, reset):
        self.machine.reset('keep', decay=self.lost if reset == 'off' else 0)

    def changed(self):
        """Of all bits: half of the cells held what they decay to, and a block
        of 128 with one wrong bit decrypts to noise."""
        return (1 - (1 - self.lost / 200) ** 128) / 2

    def answer(self, reset):
        if reset != 'off':
            return 'kept', 'keeps the key, but CPU says new. auto', False
        percent = round(100 * self.changed())
        near = '|'.join(str(percent + by) for by in range(-3, 4))
        return 'kept', f'keeps the key, ({near})% of bits lost', False

    def judge_marker(self, where, reset, marker):
        self.expect(f'{where}, marker', marker['class'], 'readable')
        want = PAGE_BITS * self.changed() if reset == 'off' else 0
        if abs(marker['distance'] - want) > want / 4:
            self.wrong.append(f'{where}: {marker["distance"]} bits changed, '
                              f'not about {want:.0f}')


class TwoNodes(Case):
    """Two sockets; the memory of one is not encrypted"""

    nodes = '768M', '384M'
    smp = '2,sockets=2'
    klass = 'intel-nodes-differ'
    kinds = 'warm', 'cold'

    def between(self, reset):
        self.machine.reset('new,110000000-128000000=plain')

    def prepare(self):
        self.between('first')

    def answer(self, reset):
        return 'kept-in-part', 'keeps the key on node 1 only', False

    def judge_marker(self, where, reset, marker):
        node = 1 if marker['address'] >= 0x110000000 else 0
        self.expect(f'{where}, node', marker['node'], node)
        self.expect(f'{where}, marker', marker['class'],
                    'readable' if node else 'noise')


class CpusDisagree(Case):
    """Two packages; the firmware forgot one"""

    smp, second_package = '1,maxcpus=2,sockets=2', 'tme=on,tme-activate=0'
    klass, encryption = 'cpus-disagree', 'cpus-disagree'
    kinds = 'warm', 'cold'
    advice = 'Update the firmware'

    def __init__(self, *args):
        super().__init__(*args)
        self.drawn.processors = lambda: 2

    def cpus_said(self):
        return 'CPUs differ'

    def answer(self, reset):
        return 'renewed', 'renews the key.*cpus-disagree', False

    def judge_registers(self, where, reset, step):
        self.expect(f'{where}, IA32_TME_ACTIVATE',
                    [(one['processors'], one['activate'])
                     for one in step['registers']], [(1, NEW), (1, 0)])


class Contradiction(Case):
    """Old contents are noise, but the CPU says that the key was kept"""

    klass, kinds = 'intel-unclear', ('warm', 'off')
    advice = 'always scrubs'

    def cpu(self, reset):
        return TME.format(RESTORED)

    def answer(self, reset):
        return 'renewed', 'noise, but CPU says key kept.*key-restored', False


class PartlyCleared(Case):
    """The firmware clears most of memory, and not all"""

    klass, kinds = 'intel-unclear', ('warm',)

    def boundary(self):
        return (3 * self.drawn.high << 20) // 4 & ~0xfff

    def between(self, reset):
        self.machine.reset('new')
        with open(self.machine.ram, 'r+b') as file:
            file.seek(self.drawn.low << 20)
            file.write(bytes(self.boundary()))

    def judge_marker(self, where, reset, marker):
        self.expect(f'{where}, marker', marker['class'],
                    'cleared' if marker['address'] <
                    (4 << 30) + self.boundary() else 'noise')

    def answer(self, reset):
        found = [one['class'] for one in self.step_after(reset)['markers']]
        return 'unclear', f'{found.count("noise")} noise, ' \
            f'{found.count("cleared")} cleared, 0 overwritten', None


class Bypassed(Case):
    """TME is on, but bypassed for ordinary memory"""

    klass, encryption = 'not-active', 'bypassed'
    advice = "firmware's setup"
    kinds = 'warm', 'cold'

    def cpu(self, reset):
        return TME.format(BYPASSED)

    def planted(self):
        return 0

    def answer(self, reset):
        return 'no-markers', 'nothing to see.*bypassed', False


class NoEncryption(Bypassed):
    """A processor without TME: said at once, and the counters reported"""

    klass, encryption = 'not-supported', 'not-supported'
    advice = 'can never skip here'

    def cpu(self, reset):
        return 'tme=off'

    def answer(self, reset):
        return 'no-markers', 'nothing to see.*not-supported', False

    def judge(self):
        self.expect_line(self.log, 'This processor has no memory encryption')
        super().judge()


class Amd(Case):
    """AMD, where each PSP reports TSME, and the key is new"""

    vendor, klass = 'amd', 'amd-new'
    advice = 'of use here'
    capability = 0x2080

    def __init__(self, *args):
        self.psp = {'id': args[-1].choice((0x1486, 0x14ca, 0x15c7, 0x17e0)),
                    'extra': args[-1].getrandbits(3) << 16}
        self.psp['capability'] = self.capability | self.psp['extra']
        self.devices = (f'amd-psp,device-id={self.psp["id"]:#x},'
                        f'capability={self.psp["capability"]:#x}',)
        super().__init__(*args)

    def cpu(self, reset):
        return 'sme=on,tsme=on'

    def answer(self, reset):
        return RENEWED

    def judge_registers(self, where, reset, step):
        self.expect(f'{where}, PSPs', [(one['id'], one['capability'])
                                       for one in step['psps']],
                    [(f'1022:{self.psp["id"]:04x}', self.psp['capability'])])


class AmdCleared(Amd):
    """AMD EPYC with TSME, on which the firmware clears memory"""

    klass = 'amd-cleared'
    advice = 'assert-encrypted'

    def between(self, reset):
        self.machine.reset('new')
        self.machine.clear_memory()

    def answer(self, reset):
        return 'cleared', 'memory cleared, key not shown.*key-not-shown', \
            False


class AmdCbit(Amd):
    """AMD with a silent PSP: the C-bit tells; a warm reset keeps the key"""

    klass, capability = 'amd-kept', 0
    advice = 'reboot=P'

    def cpu(self, reset):
        return 'sme=on,tsme=on,syscfg=0x800000'

    def between(self, reset):
        self.machine.reset('keep' if reset == 'warm' else 'new')

    def answer(self, reset):
        return ('kept', 'keeps the key. auto scrubs: marker-readable', False) \
            if reset == 'warm' else RENEWED


class AmdSilent(Amd):
    """AMD with a silent PSP and no C-bit: nothing tells"""

    klass, capability, encryption = 'amd-silent', 0, 'unknown'
    advice = 'SMEE'
    kinds = 'warm', 'off'

    def answer(self, reset):
        return 'renewed', 'encryption-unknown', False


class Usual(Case):
    """The firmware goes on to the usual system in between, which is noticed"""

    klass = 'intel-new'
    kinds = 'warm', 'usual'

    def run(self):
        self.order = ['warm', 'usual']
        self.machine.put('kit.txt', 'begin warm usual start back end off')
        self.machine.reset('new')
        for _ in range(self.drawn.boots_before):
            self.boot_without_kit()
        self.kit_boots = []
        for minute, reset in enumerate(('first', 'warm')):
            if reset != 'first':
                self.machine.reset('new')
            self.machine.rtc = self.drawn.rtc(0).replace(
                ':00:00', f':{minute:02}:00')
            self.boot(reset)
            self.kit_boots.append(self.boots)
        # "start": the kit leaves, and the power goes in what the firmware
        # starts next, its shell, which stands for another system.
        self.machine.reset('new')
        log = self.boot('usual', kill='UEFI Interactive Shell')
        self.expect('the firmware', log.ended, 'killed')
        self.machine.rtc = self.drawn.rtc(0).replace(':00:00', ':02:00')
        self.machine.reset('new')
        self.log = self.boot('usual')
        self.kit_boots.append(self.boots)
        self.judge()

    def answer(self, reset):
        return RENEWED if reset == 'warm' else ('renewed', '', False)

    def judge_lines(self):
        self.kinds = ('warm',)
        super().judge_lines()
        if '. Usual system: boot +2, TPM +2' not in \
                self.report['summary'][7]:
            self.wrong.append(f'usual system: {self.report["summary"][7]}')


CLASSES = {
    'key-kept-and-said': KeptAndSaid, 'key-kept-not-said': KeptNotSaid,
    'key-new': New, 'secure-boot': SecureBoot, 'firmware-2m': SmallFirmware,
    'memory-cleared': Cleared,
    'memory-cleared-no-tpm': ClearedNoTpm, 'scrambler': Scrambled,
    'resets-twice': ResetsTwice, 'decay': Decay, 'two-nodes': TwoNodes,
    'cpus-disagree': CpusDisagree, 'contradiction': Contradiction,
    'partly-cleared': PartlyCleared, 'bypassed': Bypassed,
    'no-encryption': NoEncryption, 'amd-psp': Amd, 'amd-cleared': AmdCleared, 'amd-c-bit': AmdCbit,
    'amd-silent-psp': AmdSilent, 'usual-system': Usual,
}
