# SPDX-License-Identifier: GPL-2.0-only
"""Reports of the kit and of xen-bootscrub: read, judged, and replayed."""

import json
import os
import re
import subprocess

import jsonschema
import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, '..', '..'))
DOCS = os.path.join(ROOT, 'docs', 'hardware')
REPORTS = os.path.join(DOCS, 'reports')

# What would tell one machine from others of its kind.
PRIVATE = (
    ('a UUID', re.compile(r'\b[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\b',
                          re.I)),
    ('a MAC address', re.compile(r'\b([0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b',
                                 re.I)),
)


class Bad(Exception):
    """What is wrong with a report."""


class Strict(yaml.SafeLoader):
    """YAML in which no key comes twice."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise Bad(f'{key} comes twice')
        return super().construct_mapping(node, deep)


def load(name):
    """The report in a file.  Raises Bad."""
    try:
        with open(name, encoding='utf-8') as file:
            return yaml.load(file, Strict)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Bad(f'cannot be read: {error}') from None


def check(report, name=None):
    """Against the schema, and one part against the other.  Raises Bad."""
    with open(os.path.join(DOCS, 'schema.json'), encoding='utf-8') as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    errors = sorted(jsonschema.Draft7Validator(schema).iter_errors(report),
                    key=lambda error: [str(part) for part in error.path])
    if errors:
        first = errors[0]
        raise Bad('/'.join(map(str, first.absolute_path)) + ': ' +
                  first.message)
    for what, pattern in PRIVATE:
        if pattern.search(json.dumps(report)):
            raise Bad(f'contains {what}')
    if report['by'] != 'kit':
        return
    check_steps(report)
    if name and os.path.basename(name) != file_name(report):
        raise Bad(f'its name should be {file_name(report)}')


def check_steps(report):
    """Steps are counted, and the sums are theirs."""
    outcomes = dict.fromkeys(report['outcomes'], 'untried')
    before = None
    for number, step in enumerate(report['steps'], 1):
        where = f'step {number}'
        if step['step'] != number:
            raise Bad(f'{where} is called {step["step"]}')
        asked = sum(one['processors'] for one in step['registers'])
        if asked + step['processors-without-answer'] != step['processors'] \
                and len(step['registers']) < 8:
            raise Bad(f'{where}: not every processor is accounted for')
        if len(step['markers']) != (before['planted'] if before else 0):
            raise Bad(f'{where}: its markers are not those planted before')
        if step['reset'] in outcomes and step['by-itself']:
            outcomes[step['reset']] = step['outcome']
        before = step
    if outcomes != report['outcomes']:
        raise Bad('outcomes are not those of the steps')


def word(text):
    """As the kit makes words of a file's name."""
    text = re.sub(r'[^A-Za-z0-9.]+', '_', text).lstrip('_')[:16]
    return text.rstrip('_.') or 'unknown'


def file_name(report):
    board, system = report['board'], report['system']
    came = report['steps'][0]['came'] or '0000-00-00'
    return '-'.join((word(board['vendor'] or system['vendor']),
                     word(board['product'] or system['product']),
                     word(report['firmware']['version']),
                     came[:10].replace('-', ''))) + '.yml'


# --- The decision, again -----------------------------------------------------

def replayer():
    """The program that replays; built if need be."""
    out = os.path.join(ROOT, 'build', 'hardware')
    made = subprocess.run(['make', '--no-print-directory', '-s', '-C', HERE,
                           f'OUT={out}'], check=False)
    if made.returncode:
        raise SystemExit('make in tests/hardware failed')
    return out + '/replay'


def lines_of(facts):
    """Facts as the program reads them."""
    def said(value):
        return str(value).lower() if isinstance(value, bool) else value
    lines = [f'{name} {said(value)}' for name, value in facts.items()
             if name != 'nodes']
    for node in facts.get('nodes', ()):
        lines += [f'{name} {said(value)}' for name, value in node.items()]
    return '\n'.join(lines) + '\n'


def decide(program, facts):
    """(action, reason, gates), by the hypervisor's own decide.c."""
    done = subprocess.run([program], input=lines_of(facts), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    if done.returncode:
        raise Bad(done.stderr.strip() or
                  f'replay ended with status {done.returncode}')
    verdict, *gates = done.stdout.splitlines()
    action, reason = verdict.split()
    return action, reason, dict(line.split() for line in gates)


def replay(program, report):
    """Of a report of the kit: (step, action, reason) of each step; raises Bad where the decision is
    not the one in the report.

    The facts are those of the second look.  If a processor did not come up,
    the first had others, and a scrub is one before dom0 for that reason alone:
    so how it is scrubbed is not compared.
    """
    if report['by'] != 'kit':
        raise Bad(f'it is by {report["by"]}: only the kit sees all facts')
    for step in report['steps']:
        try:
            action, reason, gates = decide(program, step['facts'])
        except Bad as error:
            raise Bad(f'step {step["step"]}: {error}') from None
        told = step['auto']
        if (action == 'skip') != (told['action'] == 'skip') or \
                reason != told['reason'] or gates != told['gates']:
            raise Bad(f'step {step["step"]}: decide.c says {action} {reason}, '
                      f'the report {told["action"]} {told["reason"]}')
        yield step, action, reason
