# SPDX-License-Identifier: GPL-2.0-only
"""The list of releases, tests/build/bases, for Python; see bases.sh there."""

import os

FIELDS = ('program', 'release', 'use', 'hooks', 'suite', 'kind', 'version',
          'sum')
HERE = os.path.dirname(os.path.abspath(__file__))


def bases(program='xen', use='boot', environ=os.environ):
    """Lines of these, as dictionaries, the oldest first."""
    name = environ.get('BOOTSCRUB_BASES') or \
        os.path.join(HERE, '..', 'build', 'bases')
    with open(name, encoding='utf-8') as file:
        lines = [dict(zip(FIELDS, line.split())) for line in file
                 if line.strip() and not line.startswith('#')]
    return [line for line in lines
            if line['program'] == program and line['use'] == use]


def codename():
    """This Debian's."""
    try:
        with open('/etc/os-release', encoding='utf-8') as file:
            for line in file:
                if line.startswith('VERSION_CODENAME='):
                    return line.split('=')[1].strip().strip('"')
    except OSError:
        pass
    return ''


def default_base(environ=os.environ):
    """$BASE, or this Debian's own release of Xen, or the first."""
    if environ.get('BASE'):
        return environ['BASE']
    known = bases()
    own = codename()
    return next((base['release'] for base in known if base['suite'] == own),
                known[0]['release'])


def missing(environ=os.environ):
    """Releases whose source was found not to be had."""
    return environ.get('XEN_MISSING', '').split()
