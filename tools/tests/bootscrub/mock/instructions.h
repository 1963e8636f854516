/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions of the files under test that a processor of today runs too
 * well, or that nothing can be seen of: the assembler takes these instead.
 */
#ifndef MOCK_INSTRUCTIONS_H
#define MOCK_INSTRUCTIONS_H

#include <stdint.h>

/*
 * What RDRAND gives first, and then, in steps of 2; whether it says that it
 * gave anything.
 */
extern struct mock_rdrand {
    uint64_t next, first, ok;
} mock_rdrand;

/* Cache lines written back, the sum of their addresses, and fences. */
extern struct mock_flushed {
    uint64_t lines, sum, fences;
    uint64_t saved;
} mock_flushed;

asm ( ".macro rdrand to:req\n"
      "    movq mock_rdrand(%rip), \\to\n"
      "    xchgq mock_rdrand + 8(%rip), \\to\n"
      "    addq $2, mock_rdrand(%rip)\n"
      "    btq $0, mock_rdrand + 16(%rip)\n"
      ".endm\n"
      ".macro clflush line:vararg\n"
      "    movq %rax, mock_flushed + 24(%rip)\n"
      "    leaq \\line, %rax\n"
      "    addq %rax, mock_flushed + 8(%rip)\n"
      "    movq mock_flushed + 24(%rip), %rax\n"
      "    incq mock_flushed(%rip)\n"
      ".endm\n"
      ".macro mfence\n"
      "    incq mock_flushed + 16(%rip)\n"
      ".endm" );

#endif /* MOCK_INSTRUCTIONS_H */
