/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A firmware for arch/x86/efi/bootscrub.c in user space: variables with the
 * rules of UEFI 2.10, section 8.2, counter, memory map, random numbers.  Any
 * call can be made to fail, or to be the last one before the power goes.
 *
 * It is not a model of a particular firmware, and knows no other variables
 * than those of bootscrub=auto.
 */
#ifndef MOCK_FIRMWARE_H
#define MOCK_FIRMWARE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "efi.h"

/* High memory is real, at addresses that no sanitizer claims. */
#define MOCK_RAM      0x200000000000ULL
#define MOCK_RAM_SIZE 0x80000000ULL

#define MOCK_RECORD_ATTR  (EFI_VARIABLE_NON_VOLATILE | \
                           EFI_VARIABLE_BOOTSERVICE_ACCESS)
#define MOCK_RECEIPT_ATTR (MOCK_RECORD_ATTR | EFI_VARIABLE_RUNTIME_ACCESS)

struct mock_variable {
    bool there;
    UINT32 attr;
    UINTN size;
    uint8_t data[512];
};

/*
 * Calls, by letter: c counter, g and h get record and receipt, s and t set
 * them, d and e delete them, m memory map, p pool, f free, a pages, l locate,
 * r random, k TPM2_ReadClock; b for all PCI functions, o open one, x read its
 * configuration, y its attributes, i its memory.  After ExitBootServices only
 * t is called.
 */
struct mock_plan {
    unsigned int at;      /* Which call, from 1; 0 for none. */
    char of;              /* Of those by this letter; 0 for all. */
    enum mock_how {
        MOCK_FAIL,        /* Returns status, does nothing. */
        MOCK_LIE,         /* Returns status, and does it. */
        MOCK_CUT_BEFORE,
        MOCK_CUT_AFTER,
    } how;
    EFI_STATUS status;
};

#define MOCK_MAX_PCI 4
#define MOCK_MAX_MAP 256

/* A PCI function with one register in memory, that of a PSP above all. */
struct mock_pci {
    uint32_t id, bar2, bar3;
    uint64_t at;          /* Where the register is, */
    uint32_t value;       /* and what it reads as if that is enabled. */
    UINT64 attributes;
};

struct mock_firmware {
    /* What lasts. */
    struct mock_variable record, receipt;
    uint64_t count;       /* GetNextMonotonicCount() */
    uint32_t tpm_reset, tpm_restart;

    /* What a boot starts with. */
    EFI_MEMORY_DESCRIPTOR map[MOCK_MAX_MAP];
    unsigned int nr_map;
    bool no_counter, no_rng, no_tpm;
    EFI_STATUS set_status; /* Of all that SetVariable() is asked for. */
    bool set_ignored;     /* It reports success, and does nothing. */
    uint64_t random;
    uint8_t rng_period;   /* If not 0, random numbers repeat after so many, */
    uint8_t rng_mask;     /* or have these bits set. */
    uint64_t nvram_size, nvram_left; /* As QueryVariableInfo() says; 0, 0 */
    /* If not empty, what the TPM answers to any command. */
    uint8_t tpm_answer[64];
    unsigned int tpm_answer_size;
    struct mock_pci pci[MOCK_MAX_PCI];
    unsigned int nr_pci;
    struct mock_plan plan;

    /* What came of it. */
    bool runtime, cut;
    bool pool_in_use;
    unsigned int calls, counted;
    char log[256];
    jmp_buf off;          /* Where to go when the power is cut. */
};

extern struct mock_firmware mock_firmware;
extern EFI_BOOT_SERVICES mock_boot_services;

/* Before a boot: the map's descriptors, in ascending order. */
void mock_map_clear(void);
void mock_map_add(UINT32 type, uint64_t start, uint64_t end, uint64_t attr);

/* For other files of the mock: a call starts, and ends as is planned. */
enum mock_call { MOCK_CALL_DO, MOCK_CALL_FAIL, MOCK_CALL_LIE };
enum mock_call mock_enter(char letter);
EFI_STATUS mock_leave(enum mock_call call, EFI_STATUS status);

/* pci.c */
extern EFI_HANDLE mock_pci_handles[MOCK_MAX_PCI];
EFI_STATUS EFIAPI mock_locate_pci(EFI_LOCATE_SEARCH_TYPE type, EFI_GUID *guid,
                                  VOID *key, UINTN *nr, EFI_HANDLE **handles);
EFI_STATUS EFIAPI mock_open_pci(EFI_HANDLE handle, EFI_GUID *guid,
                                VOID **interface);

/*
 * @nr PSPs: the first one's capability register has @first, and the others
 * say that TSME is on.
 */
#define MOCK_PSP_TSME  (1U << 7 | 1U << 13)
#define MOCK_PSP_PLAIN (1U << 7)
void mock_psps(unsigned int nr, uint32_t first);

/* ExitBootServices(): hands the final map to Xen. */
void mock_exit_boot_services(void);

#endif /* MOCK_FIRMWARE_H */
