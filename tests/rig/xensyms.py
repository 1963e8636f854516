# SPDX-License-Identifier: GPL-2.0-only
"""What functions of Xen read, as its linker left them: names and addresses."""

import re
import subprocess

# Where the image begins: XEN_VIRT_START in xen/arch/x86/include/asm/config.h.
VIRT_START = 0xffff82d040000000


def variables(directory, function, pattern):
    """Variables like pattern to which function refers: {name: offset}.

    directory: a build's, with xen-syms; offset: from the image's begin.  What
    the compiler split off from the function counts as its own.
    """
    listing = subprocess.run(
        ['objdump', '--disassemble', '--no-show-raw-insn',
         directory + '/xen-syms'], check=True, stdout=subprocess.PIPE,
        text=True).stdout
    bodies = re.findall(rf'^[0-9a-f]+ <{function}(?:\.\S+)?>:\n((?:.+\n)*)',
                        listing, re.M)
    return {name: int(address, 16) - VIRT_START for body in bodies
            for address, name in re.findall(r'# ([0-9a-f]+) <(\w+)>$', body,
                                            re.M)
            if re.fullmatch(pattern, name)}
