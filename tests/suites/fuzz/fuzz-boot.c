/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A whole boot of the loader and core: any variables, registers, TPM response
 * and PSPs, and a call that fails.  Nobody who cannot make a digest's token
 * gets a skip without an assertion.
 */

#include "mock/firmware.h"
#include "mock/hypervisor.h"

#include "fuzz.h"

#include <asm/msr.h>

#include <stdlib.h>

struct input {
    uint32_t record_attr, receipt_attr;
    uint16_t record_size, receipt_size;
    uint8_t record_fixed, how, at, flags;
    uint64_t count, status;
    uint64_t activate, exclude_mask, exclude_base;
    uint8_t maxphysaddr, loader, tpm_size, tpm[64];
    uint8_t receipt[64], record[512];
    uint8_t amd, cbit;
    uint64_t syscfg;
    struct {
        uint32_t id, bar2, bar3, value;
        uint64_t at;
    } psp[2];
};

static void set_amd(const struct input *in, struct mock_boot *boot)
{
    unsigned int i;

    boot->regs.intel = boot->regs.tme = false;
    boot->regs.amd = boot->regs.sme = true;
    boot->regs.cbit = in->cbit;
    boot->regs.syscfg = in->syscfg & SYSCFG_ENCRYPTION;
    boot->cbit_matters = in->amd & 2;

    mock_firmware.nr_pci = 2;
    for ( i = 0; i < 2; i++ )
        mock_firmware.pci[i] = (struct mock_pci){
            .id = in->psp[i].id, .bar2 = in->psp[i].bar2,
            .bar3 = in->psp[i].bar3, .at = in->psp[i].at,
            .value = in->psp[i].value,
        };
}

static void set_variables(const struct input *in)
{
    struct mock_variable *v = &mock_firmware.record;

    *v = (struct mock_variable){
        .there = in->flags & 1, .attr = in->record_attr & 0x7f,
        .size = in->record_size % (sizeof(v->data) + 1),
    };
    memcpy(v->data, in->record, sizeof(v->data));
    if ( in->record_fixed & 1 )
    {
        v->attr = MOCK_RECORD_ATTR;
        v->size = BOOTSCRUB_RECORD_SIZE;
        sha2_256(v->data + 224, v->data, 224);
    }

    v = &mock_firmware.receipt;
    *v = (struct mock_variable){
        .there = in->flags & 2, .attr = in->receipt_attr & 0x7f,
        .size = in->receipt_size % (sizeof(in->receipt) + 1),
    };
    memcpy(v->data, in->receipt, sizeof(in->receipt));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = { .flags = 0 };
    struct mock_result result;
    struct mock_boot boot = {
        .options = "auto",
        .efi = true, .runtime_services = true,
        .heap = { 0, MOCK_RAM + MOCK_RAM_SIZE },
    };

    memcpy(&in, data, size < sizeof(in) ? size : sizeof(in));
    memset(&mock_firmware, 0, sizeof(mock_firmware));
    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, MOCK_RAM + 0x8000000, 8);
    set_variables(&in);

    mock_firmware.count = in.count;
    mock_firmware.random = 1;
    mock_firmware.plan = (struct mock_plan){
        .at = in.at % 32, .how = in.how % 4,
        .status = EFIERR((1 + in.status % 32)),
    };
    mock_firmware.tpm_answer_size = in.tpm_size % (sizeof(in.tpm) + 1);
    memcpy(mock_firmware.tpm_answer, in.tpm, sizeof(in.tpm));

    boot.loader = in.loader & 1 ? "kexec" : "GRUB";
    boot.efi = !(in.flags & 4);
    boot.srat_unused = (in.flags >> 4) & 1;
    boot.node1 = (in.flags >> 5) & 1 ? MOCK_RAM + 0x4000000 : 0;
    boot.x2apic = (in.flags >> 6) & 1;
    boot.regs = (struct memcrypt_regs){
        .hypervisor = in.flags & 8, .intel = true, .tme = true,
        .readable = !(in.record_fixed & 2), .maxphysaddr = in.maxphysaddr,
        .activate = in.activate, .exclude_mask = in.exclude_mask,
        .exclude_base = in.exclude_base,
    };
    if ( in.amd & 1 )
        set_amd(&in, &boot);
    mock_run(&boot, &result);

    /* A token for the digest would have to be guessed. */
    if ( !result.off && result.verdict.action == BOOTSCRUB_SKIP )
        abort();

    return 0;
}
