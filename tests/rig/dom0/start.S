/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where Xen enters the test dom0, what it must know to load it, and the
 * entry points of exceptions.  Nothing here knows what the dom0 is for.
 */

#include "trap.h"

#define STACK_SIZE    16384
#define VIRT_BASE     0xffffffff80000000

/* Notes of Xen's public elfnote.h. */
#define NOTE_ENTRY           1
#define NOTE_VIRT_BASE       3
#define NOTE_PADDR_OFFSET    4
#define NOTE_XEN_VERSION     5
#define NOTE_GUEST_OS        6
#define NOTE_LOADER          8

    .macro note type:req, data:vararg
    .long 4, 2f - 1f, \type
    .asciz "Xen"
1:  \data
2:  .balign 4
    .endm

    .section .note.Xen, "a", @note
    note NOTE_ENTRY, .quad _start
    note NOTE_VIRT_BASE, .quad VIRT_BASE
    note NOTE_PADDR_OFFSET, .quad VIRT_BASE
    note NOTE_XEN_VERSION, .asciz "xen-3.0"
    note NOTE_GUEST_OS, .asciz "test-dom0"
    note NOTE_LOADER, .asciz "generic"

    .text
    .globl _start
_start:
    /* %rsi: struct start_info.  Xen's own boot stack is only a page. */
    mov     $stack_top, %rsp
    mov     %rsi, %rdi
    xor     %ebp, %ebp
    call    dom0_main
    ud2

    /*
     * One entry of fixed size per exception vector.  Nothing returns from
     * there, so nothing is saved: trap() gets the vector and Xen's frame.
     */
    .globl trap_entries
    .balign TRAP_ENTRY_SIZE
trap_entries:
    .set vector, 0
    .rept TRAP_VECTORS
    .balign TRAP_ENTRY_SIZE
    mov     $vector, %edi
    jmp     trap_common
    .set vector, vector + 1
    .endr

trap_common:
    mov     %rsp, %rsi
    and     $-16, %rsp
    call    trap
    ud2

    .bss
    .balign 16
    .skip STACK_SIZE
stack_top:

    .section .note.GNU-stack, "", @progbits
