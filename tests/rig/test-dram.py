#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the DRAM tool, from outside.

usage: test-dram.py DRAM_BINARY

They say nothing of how well the model fits real memory controllers.
"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time

PAGE = 4096
SECRET = b'no one may read this'
TESTS = []

# Of the raw DRAM in same_on_every_machine, worked out apart from the tool by
# IEEE 1619 from single AES blocks; key: the halves of SHA-256("dram key 1").
RAW_DIGEST = \
    '7383a37ddb7763cb5236c24a8db9a58d41fd545e54ef3e69d70ca2512b888e99'


def test(function):
    TESTS.append(function)
    return function


class Ram:
    """A file of guest RAM in a directory that goes away with the test."""

    def __init__(self, scratch, pages):
        self.name = os.path.join(scratch, 'ram')
        with open(self.name, 'wb') as f:
            for number, data in pages.items():
                f.seek(number * PAGE)
                f.write(data.ljust(PAGE, b'\0'))

    def read(self):
        with open(self.name, 'rb') as f:
            return f.read()

    def page(self, number):
        return self.read()[number * PAGE:(number + 1) * PAGE]

    def recode(self, start, to):
        status, out, err = dram('recode', self.name, start, to)
        assert (status, out, err) == (0, '', ''), err
        return self.read()

    def count(self, string):
        status, out, err = dram('count', self.name, string)
        assert status == 0, err
        return int(out)


def dram(*args):
    done = subprocess.run([sys.argv[1], *args], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def refused(*args, says, status=1):
    got, out, err = dram(*args)
    assert got == status and says in err and not out, f'{got} {out} {err}'


def blocks(data):
    return [data[i:i + 16] for i in range(0, len(data), 16)]


@test
def round_trips(scratch):
    ram = Ram(scratch, {0: SECRET, 1: b'', 2: os.urandom(PAGE)})
    before = ram.read()
    for a, b in (('key:1', 'plain'), ('plain', 'key:1'), ('key:1', 'key:2')):
        assert ram.recode(a, b) != before
        assert ram.recode(b, a) == before


@test
def detour_ends_at_the_same_place(scratch):
    ram = Ram(scratch, {0: SECRET})
    direct = ram.recode('key:1', 'key:2')
    ram.recode('key:2', 'plain')
    ram.recode('plain', 'key:3')
    assert ram.recode('key:3', 'key:2') == direct


@test
def same_on_every_machine(scratch):
    raw = Ram(scratch, {0: SECRET, 3: SECRET}).recode('key:1', 'plain')
    digest = hashlib.sha256(raw).hexdigest()
    assert digest == RAW_DIGEST, digest


@test
def secret_is_gone_and_comes_back(scratch):
    ram = Ram(scratch, {0: SECRET * 3, 5: SECRET})
    assert ram.count(SECRET) == 4
    for a, b, found in (('key:1', 'key:2', 0), ('key:2', 'plain', 0),
                        ('plain', 'key:3', 0), ('key:3', 'key:1', 4)):
        ram.recode(a, b)
        assert ram.count(SECRET) == found, (a, b)


@test
def plain_secret_is_noise_under_a_key(scratch):
    ram = Ram(scratch, {0: SECRET})
    ram.recode('plain', 'key:3')
    assert ram.count(SECRET) == 0
    ram.recode('key:3', 'plain')
    assert ram.count(SECRET) == 1


@test
def keys_differ(scratch):
    views = set()
    for key in ('key:0', 'key:1', 'key:2', 'key:10', 'key:4294967296'):
        views.add(Ram(scratch, {0: SECRET}).recode('plain', key))
    assert len(views) == 5


@test
def a_scrambler_s_stream_repeats(scratch):
    stripe = 4096 * 64 // PAGE
    raw = Ram(scratch, {n: SECRET for n in (0, 1, stripe)}
              ).recode('scrambled:1', 'plain')
    pages = [raw[n * PAGE:(n + 1) * PAGE] for n in (0, 1, stripe)]
    assert pages[0] == pages[2] != pages[1]
    # XORing twice with one stream is nothing, with two is a third stream.
    ram = Ram(scratch, {0: SECRET, 1: b''})
    ram.recode('scrambled:1', 'scrambled:2')
    assert ram.count(SECRET) == 0 and ram.page(1) != bytes(PAGE)
    ram.recode('scrambled:2', 'scrambled:1')
    assert ram.count(SECRET) == 1 and ram.page(1) == bytes(PAGE)


@test
def every_address_differs(scratch):
    same = b'sixteen bytes ok' * (PAGE // 16)
    raw = Ram(scratch, {n: same for n in range(8)}).recode('key:1', 'plain')
    assert len(set(blocks(raw))) == 8 * PAGE // 16


@test
def blocks_are_independent(scratch):
    changed = bytearray(PAGE)
    changed[100] = 1
    a = Ram(scratch, {1: b''}).recode('key:1', 'key:2')
    b = Ram(scratch, {1: bytes(changed)}).recode('key:1', 'key:2')
    differ = [i for i in range(len(a)) if a[i] != b[i]]
    # The whole block, a byte may be equal by chance, and no other
    assert {i // 16 for i in differ} == {256 + 100 // 16}
    assert len(differ) > 8


@test
def noise_looks_random(scratch):
    pages = 1024
    data = Ram(scratch, {n: b'\0' for n in range(pages)}
               ).recode('key:1', 'key:2')
    bits = pages * PAGE * 8
    ones = int.from_bytes(data, 'little').bit_count()
    # Six standard deviations, sqrt(bits) / 2 each
    assert abs(ones - bits / 2) < 3 * bits ** 0.5, ones
    expected = pages * PAGE / 256
    chi = sum((data.count(bytes([b])) - expected) ** 2 / expected
              for b in range(256))
    # 255 degrees of freedom: mean 255, standard deviation 22.6
    assert 120 < chi < 390, chi
    assert len(set(blocks(data))) == pages * PAGE // 16


@test
def sparse_stays_sparse(scratch):
    ram = Ram(scratch, {0: SECRET, 100000: SECRET})
    used = os.stat(ram.name).st_blocks
    ram.recode('key:1', 'key:2')
    assert os.stat(ram.name).st_blocks == used < 100000
    assert ram.page(50000) == bytes(PAGE) != ram.page(100000)


@test
def all_holes(scratch):
    ram = Ram(scratch, {})
    os.truncate(ram.name, 1 << 36)
    assert dram('recode', ram.name, 'key:1', 'key:2') == (0, '', '')
    assert os.stat(ram.name).st_blocks == 0 and ram.count('x') == 0


@test
def hole_at_the_end(scratch):
    ram = Ram(scratch, {0: SECRET})
    os.truncate(ram.name, 64 * PAGE)
    ram.recode('key:1', 'key:2')
    ram.recode('key:2', 'key:1')
    assert ram.count(SECRET) == 1 and len(ram.read()) == 64 * PAGE


@test
def same_view_touches_nothing(scratch):
    ram = Ram(scratch, {0: SECRET})
    os.utime(ram.name, (1, 1))
    for view in ('plain', 'key:7'):
        ram.recode(view, view)
    assert ram.count(SECRET) == 1 and os.stat(ram.name).st_mtime == 1


@test
def same_file_stays(scratch):
    ram = Ram(scratch, {0: SECRET})
    inode = os.stat(ram.name).st_ino
    ram.recode('key:1', 'key:2')
    assert os.stat(ram.name).st_ino == inode
    assert os.listdir(scratch) == ['ram']


@test
def counts_across_edges(scratch):
    pages = bytearray(1024 * PAGE)
    # Over a page's edge, over those of the pieces the tool reads, at both ends
    for place in (0, PAGE - 5, 256 * PAGE - 1, 512 * PAGE - len(SECRET) + 1,
                  768 * PAGE - len(SECRET), 768 * PAGE,
                  len(pages) - len(SECRET)):
        pages[place:place + len(SECRET)] = SECRET
    ram = Ram(scratch, {})
    with open(ram.name, 'wb') as f:
        f.write(pages)
    assert ram.count(SECRET) == 7


@test
def counts_overlapping_ones(scratch):
    ram = Ram(scratch, {0: b'aaaa', 300: b'aaa'})
    assert ram.count('aa') == 5 and ram.count('a') == 7


@test
def no_find_over_a_hole(scratch):
    ram = Ram(scratch, {0: b'x' * PAGE, 2: b'y' * PAGE})
    assert ram.count('xy') == 0 and ram.count('y' * PAGE) == 1


@test
def killed_run_leaves_no_file_of_that_name(scratch):
    name = os.path.join(scratch, 'ram')
    with open(name, 'wb') as f:
        for _ in range(256):
            f.write(b'\1' * (1 << 20))
    run = subprocess.Popen([sys.argv[1], 'recode', name, 'key:1', 'key:2'])
    while not os.path.exists(name + '.recoding') and run.poll() is None:
        time.sleep(0.001)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL, 'it ended before it could be killed'
    assert os.listdir(scratch) == ['ram.recoding']
    refused('recode', name, 'key:1', 'key:2', says='delete it')


@test
def pieces_have_views_of_their_own(scratch):
    ram = Ram(scratch, {n: SECRET for n in range(4)})
    # The second page is excluded, the third one's package keeps its key.
    ram.recode('key:1', 'key:2,1000-2000=plain,2000-3000=key:1')
    assert [SECRET in ram.page(n) for n in range(4)] == [0, 0, 1, 0]
    ram.recode('key:2,1000-2000=plain,2000-3000=key:1', 'key:1')
    assert all(SECRET in ram.page(n) for n in range(4))
    # Where pieces overlap the last one counts.
    ram.recode('key:1', 'key:2,0-4000=key:3,0-1000=key:1')
    assert [SECRET in ram.page(n) for n in range(4)] == [1, 0, 0, 0]


@test
def excluded_memory_is_raw(scratch):
    ram = Ram(scratch, {0: SECRET, 1: SECRET})
    view = 'key:1,1000-2000=plain'
    ram.recode(view, 'plain')
    assert [SECRET in ram.page(n) for n in range(2)] == [0, 1]


@test
def secrets_by_owner_in_both_views(scratch):
    ram = Ram(scratch, {n: SECRET * 2 for n in (0, 1, 2, 5, 300)})
    view = 'key:1,1000-3000=plain'
    status, out, err = dram('secrets', ram.name, view, SECRET.decode(),
                            'heap=0-2000', 'xen=5000-6000', 'heap=2000-3000')
    assert (status, err) == (0, '')
    assert out == 'heap cpu 3 raw 2\nxen cpu 1 raw 0\nother cpu 1 raw 0\n'
    ram.recode(view, 'plain')
    status, out, err = dram('secrets', ram.name, 'plain', SECRET.decode())
    assert out == 'other cpu 2 raw 2\n', out


@test
def secrets_that_are_not_text(scratch):
    name = Ram(scratch, {1: b'\x00\xfe\x01' * 5, 2: b'\xfe\x01\x01' * 5}).name
    status, out, err = dram('secrets', name, 'plain', 'hex:00fe01')
    assert (status, out, err) == (0, 'other cpu 1 raw 1\n', '')
    refused('secrets', name, 'plain', 'hex:', says='1 to 4096')
    for digits in ('00f', '00fg'):
        refused('secrets', name, 'plain', 'hex:' + digits, says='hexadecimal')


@test
def cells_decay_to_both_ground_states(scratch):
    raw = [bytes(PAGE), b'\xff' * PAGE]
    ram = Ram(scratch, {0: raw[0], 1: raw[1]})
    assert dram('decay', ram.name, 'plain', '10', '7') == (0, '', '')
    for number in range(2):
        changed = sum((a ^ b).bit_count() for a, b in
                      zip(ram.page(number), raw[number]))
        # Of half of 32768 bits a tenth, standard deviation 38
        assert 1400 < changed < 1880, changed
    ram.recode('plain', 'plain')
    assert dram('decay', ram.name, 'plain', '100', '7') == (0, '', '')
    assert ram.page(0) == ram.page(1)
    assert ram.page(0)[:128] == bytes(64) + b'\xff' * 64


@test
def decay_is_of_raw_cells(scratch):
    ram = Ram(scratch, {0: SECRET})
    before = ram.page(0)
    assert dram('decay', ram.name, 'key:1', '0', '7') == (0, '', '')
    assert ram.page(0) == before
    assert dram('decay', ram.name, 'key:1', '1', '7') == (0, '', '')
    # A bit that flips turns its whole block to noise.
    changed = sum(a != b for a, b in zip(blocks(before), blocks(ram.page(0))))
    assert changed > 50 and before != ram.page(0)


@test
def swapped_modules_keep_raw_contents(scratch):
    ram = Ram(scratch, {0: SECRET, 1: b'other'})
    assert dram('swap', ram.name, 'plain', '0-1000', '1000-2000')[0] == 0
    assert SECRET in ram.page(1) and b'other' in ram.page(0)
    # Under encryption the address is part of what decrypts.
    assert dram('swap', ram.name, 'key:1', '0-1000', '1000-2000')[0] == 0
    assert SECRET not in ram.read()
    assert dram('swap', ram.name, 'key:1', '0-1000', '1000-2000')[0] == 0
    assert SECRET in ram.page(1)


@test
def bad_pieces(scratch):
    name = Ram(scratch, {0: SECRET}).name
    for view in ('plain,', 'plain,x', 'plain,0-1000', 'plain,1000-0=plain',
                 'plain,0-800=plain', 'plain,0-1000=key', 'key:1,0=plain',
                 'plain' + ',0-1000=plain' * 64):
        refused('recode', name, 'plain', view, says='')
        assert not os.path.exists(name + '.recoding')
    refused('decay', name, 'plain', '101', '1', says='0 to 100')
    refused('decay', name, 'plain', '5', '', says='a number')
    refused('swap', name, 'plain', '0-1000', '0-1000', says='apart')
    refused('swap', name, 'plain', '0-1000', '1000-3000', says='one size')
    refused('swap', name, 'plain', '0-1000', '9000-a000', says='cannot read')
    refused('secrets', name, 'plain', 'x', 'heap', says='KIND=')
    refused('secrets', name, 'plain', '', says='1 to 4096')


@test
def bad_arguments(scratch):
    name = Ram(scratch, {0: SECRET}).name
    for args in ((), ('recode', name, 'plain'), ('frob', name, 'a'),
                 ('count', name)):
        refused(*args, says='usage:', status=2)
    for view in ('', 'key:', 'key:x', 'key:1x', 'key:-1', 'Plain', 'key: 1',
                 'key:99999999999999999999'):
        refused('recode', name, view, 'plain', says='say ')
        refused('recode', name, 'plain', view, says='say ')
    for string in ('', 'x' * (PAGE + 1)):
        refused('count', name, string, says='1 to 4096')


@test
def bad_files(scratch):
    short = os.path.join(scratch, 'short')
    with open(short, 'wb') as f:
        f.write(bytes(PAGE + 1))
    for args in (('recode', 'key:1', 'plain'), ('count', 'x')):
        for name, says in ((scratch + '/none', 'No such file'),
                           (short, 'not a multiple of 4096'),
                           ('/dev/null', 'not a regular file')):
            refused(args[0], name, *args[1:], says=says)
    assert os.path.getsize(short) == PAGE + 1


def main():
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit('usage: test-dram.py DRAM_BINARY  (make -C tests/rig)')
    failed = 0
    for function in TESTS:
        name = 'dram-' + function.__name__.replace('_', '-')
        with tempfile.TemporaryDirectory() as scratch:
            try:
                function(scratch)
                print('ok', name)
            except (AssertionError, OSError, ValueError) as e:
                failed += 1
                line = e.__traceback__.tb_next.tb_lineno
                print(f'not ok {name}: line {line}:', ' '.join(str(e).split()))
    print(f'{len(TESTS) - failed} passed, {failed} failed, 0 skipped')
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
