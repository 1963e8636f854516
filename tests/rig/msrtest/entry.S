/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of the test kernel cannot be C: entry from the boot loader and from
 * a startup IPI, and accesses that may fault.  32-bit protected mode, no
 * interrupts; any fault but an expected #GP or #PF is fatal.
 */

#define MULTIBOOT_MAGIC 0x1BADB002

        .section .multiboot, "a"
        .balign 4
        .long   MULTIBOOT_MAGIC, 0, -MULTIBOOT_MAGIC

        .text
        .global _start
_start:
        lgdt    gdt_desc
        ljmp    $8, $1f
1:      mov     $16, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        lidt    idt_desc
        mov     $bsp_stack, %esp
        push    %ebx
        call    bsp_main

        /* Copied to AP_ENTRY; CS:0 there is AP_ENTRY. */
        .code16
        .global ap_trampoline, ap_trampoline_end
ap_trampoline:
        cli
        mov     %cs, %ax
        mov     %ax, %ds
        lgdtl   ap_gdt_desc - ap_trampoline
        mov     %cr0, %eax
        or      $1, %al
        mov     %eax, %cr0
        ljmpl   $8, $ap_start
        .balign 4
ap_gdt_desc:
        .word   gdt_end - gdt - 1
        .long   gdt
ap_trampoline_end:

        .code32
ap_start:
        mov     $16, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        lidt    idt_desc
        mov     $ap_stack, %esp
        call    ap_main

/* int rdmsr_safe(uint32_t msr, uint64_t *val): nonzero for #GP. */
        .global rdmsr_safe
rdmsr_safe:
        mov     4(%esp), %ecx
rdmsr_insn:
        rdmsr
        mov     8(%esp), %ecx
        mov     %eax, (%ecx)
        mov     %edx, 4(%ecx)
        xor     %eax, %eax
        ret

/* int wrmsr_safe(uint32_t msr, uint64_t val) */
        .global wrmsr_safe
wrmsr_safe:
        mov     4(%esp), %ecx
        mov     8(%esp), %eax
        mov     12(%esp), %edx
wrmsr_insn:
        wrmsr
        xor     %eax, %eax
        ret

/* int read_safe(const uint32_t *addr, uint32_t *val): nonzero for #PF. */
        .global read_safe
read_safe:
        mov     4(%esp), %ecx
read_insn:
        mov     (%ecx), %eax
        mov     8(%esp), %ecx
        mov     %eax, (%ecx)
        xor     %eax, %eax
        ret

fault_return:
        mov     $1, %eax
        ret

        .global gp_entry, pf_entry, fault_entry
pf_entry:
        cmpl    $read_insn, 4(%esp)
        jne     fault_entry
        jmp     1f
gp_entry:
        cmpl    $0, (%esp)
        jne     fault_entry
        cmpl    $rdmsr_insn, 4(%esp)
        je      1f
        cmpl    $wrmsr_insn, 4(%esp)
        jne     fault_entry
1:      add     $4, %esp
        movl    $fault_return, (%esp)
        iret

fault_entry:
        call    fatal

        .data
        .balign 8
gdt:    .quad   0
        .quad   0x00cf9b000000ffff      /* 8: flat code */
        .quad   0x00cf93000000ffff      /* 16: flat data */
gdt_end:
gdt_desc:
        .word   gdt_end - gdt - 1
        .long   gdt
idt_desc:
        .word   32 * 8 - 1
        .long   idt

        .bss
        .balign 16
        .space  4096
bsp_stack:
        .space  4096
ap_stack:

        .section .note.GNU-stack, "", @progbits
