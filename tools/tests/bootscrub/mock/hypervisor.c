/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock hypervisor: see hypervisor.h.
 */

#include "firmware.h"
#include "hypervisor.h"
#include "xen.h"

#include "report.h"

#include <stdio.h>
#include <string.h>

enum system_state system_state;
struct e820map e820;
struct mock_area kexec_crash_area;

extern int (*const mock_initcall)(void);
extern uint8_t __start_xen_state[], __stop_xen_state[];

static const struct mock_boot *boot;
static struct mock_result *result;

/* All that the files under test keep is as at the start of the program. */
static void reset_state(void)
{
    static uint8_t saved[1 << 16];
    static bool have;
    size_t size = __stop_xen_state - __start_xen_state;

    if ( !have )
        memcpy(saved, __start_xen_state, size);
    else
        memcpy(__start_xen_state, saved, size);
    have = true;
}

bool efi_enabled(unsigned int feature)
{
    return feature == EFI_RS ? boot->runtime_services : boot->efi;
}

/* No RDRAND: what is random comes from the firmware and can be repeated. */
void cpuid(unsigned int leaf, unsigned int *eax, unsigned int *ebx,
           unsigned int *ecx, unsigned int *edx)
{
    *eax = leaf;
    *ebx = *ecx = *edx = 0;
}

void memcrypt_read_early(struct memcrypt_regs *r)
{
    *r = boot->regs;
}

void memcrypt_read(struct memcrypt_regs *r)
{
    *r = boot->regs;
}

enum memcrypt_cpus memcrypt_check_cpus(const struct memcrypt_regs *r)
{
    (void)r;

    return boot->cpus;
}

enum memcrypt_cpus memcrypt_check_offline(void)
{
    return MEMCRYPT_CPUS_AGREE;
}

const void *memcrypt_map(const struct memcrypt_regs *r, uint64_t maddr,
                         bool cbit)
{
    static const uint8_t other[BOOTSCRUB_MARKER_SIZE];

    (void)r;

    return cbit && boot->cbit_matters ? other : (const void *)maddr;
}

void memcrypt_unmap(void)
{
}

void memcrypt_flush(void)
{
}

unsigned long node_start_pfn(unsigned int node)
{
    if ( !node )
        return 0;

    return boot->node1 ? paddr_to_pfn(boot->node1) : node_end_pfn(1);
}

unsigned long node_end_pfn(unsigned int node)
{
    return node || !boot->node1 ? paddr_to_pfn(MOCK_RAM + MOCK_RAM_SIZE)
                                : paddr_to_pfn(boot->node1);
}

bool bootscrub_is_auto(void)
{
    return true;
}

void scrub_heap_pages(void)
{
    if ( boot->cut_scrub )
        longjmp(mock_firmware.off, 1);

    result->scrubbed = true;
}

void clear_domain_page(unsigned long mfn)
{
    if ( pfn_to_paddr(mfn + 1) == boot->crash.end )
        result->crash_cleared = true;
}

void bootscrub_print(const struct bootscrub_report *r)
{
    result->facts = *r->facts;
    result->verdict = *r->verdict;
    result->receipt = r->receipt;
}

void bootscrub_publish(const struct bootscrub_report *r)
{
    (void)r;
}

/* As init_heap_pages() does: run by run. */
static bool any_unmarked(const struct bootscrub_range *p)
{
    unsigned long mfn = paddr_to_pfn(p->start), end = paddr_to_pfn(p->end);

    while ( mfn < end )
    {
        unsigned long nr = end - mfn;

        if ( bootscrub_clean(mfn, &nr) )
            return true;

        mfn += nr;
    }

    return false;
}

static void hypervisor(void)
{
    unsigned int i;

    e820 = (struct e820map){ 1, { { boot->heap.start, boot->heap.end -
                                    boot->heap.start, E820_RAM } } };
    kexec_crash_area = (struct mock_area){
        boot->crash.start, boot->crash.end - boot->crash.start
    };

    system_state = SYS_STATE_early_boot;
    bootscrub_init(boot->loader);
    for ( i = 0; i < boot->nr_probes; i++ )
        result->unmarked[i] = any_unmarked(&boot->probe[i]);

    system_state = SYS_STATE_boot;
    mock_initcall();
    for ( i = 0; i < boot->nr_probes; i++ )
        result->unmarked_late[i] = any_unmarked(&boot->probe[i]);

    bootscrub_report(false);
    system_state = SYS_STATE_active;
}

void mock_run(const struct mock_boot *in, struct mock_result *out)
{
    char cmdline[80];

    boot = in;
    result = out;
    memset(out, 0, sizeof(*out));
    reset_state();
    bootscrub_auto_param(in->options);
    snprintf(cmdline, sizeof(cmdline), "xen bootscrub=%s", in->options);
    mock_firmware.runtime = mock_firmware.cut = false;
    mock_firmware.calls = mock_firmware.counted = 0;
    mock_firmware.log[0] = '\0';

    if ( setjmp(mock_firmware.off) )
    {
        out->off = true;
        return;
    }

    if ( in->efi )
        efi_bootscrub(&mock_boot_services, cmdline);
    if ( in->stale )
    {
        memcpy(in->stale, bootscrub_loader.token, BOOTSCRUB_TOKEN_SIZE);
        bootscrub_loader.token_maddr = (unsigned long)in->stale;
    }
    mock_exit_boot_services();
    hypervisor();
}
