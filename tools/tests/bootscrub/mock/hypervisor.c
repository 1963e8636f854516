/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock hypervisor: see hypervisor.h.
 */

#include "firmware.h"
#include "hypervisor.h"
#include "xen.h"

#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum system_state system_state;
struct e820map e820;
struct mock_area kexec_crash_area;

extern int (*const mock_initcall)(void);
extern uint8_t __start_xen_state[], __stop_xen_state[];

static const struct mock_boot *boot;
static struct mock_result *result;
static bool all_up;

/* The machine as ACPI tells it, and the nodes that Xen makes of it. */
static unsigned int nr_nodes, nr_cpus;
static struct bootscrub_range srat[MAX_NUMNODES], nodes[MAX_NUMNODES];
static struct mock_cpu cpus[MOCK_MAX_CPUS];

nodeid_t apicid_to_node[MAX_LOCAL_APIC];
uint32_t x86_cpu_to_apicid[MAX_CPUS];
unsigned int mock_nr_present;

static bool present_cpu(unsigned int i)
{
    return !cpus[i].disabled && !cpus[i].unknown;
}

static void set_nodes(void)
{
    unsigned int i;

    memset(nodes, 0, sizeof(nodes));
    memset(srat, 0, sizeof(srat));

    nr_nodes = boot->nr_nodes;
    memcpy(srat, boot->node, sizeof(srat));
    if ( !nr_nodes )
    {
        uint64_t end = MOCK_RAM + MOCK_RAM_SIZE;

        nr_nodes = boot->node1 ? 2 : 1;
        srat[0].end = boot->node1 ?: end;
        srat[1] = (struct bootscrub_range){ boot->node1, end };
    }

    /* A node ends where RAM does, whatever the SRAT says. */
    for ( i = 0; i < nr_nodes; i++ )
        if ( !boot->no_srat && !boot->srat_unused )
            nodes[i] = (struct bootscrub_range){
                srat[i].start, min(srat[i].end, MOCK_RAM + MOCK_RAM_SIZE)
            };
        else if ( nodes[0].end < srat[i].end )
            nodes[0].end = srat[i].end;
}

static void set_cpus(void)
{
    unsigned int i;

    nr_cpus = boot->nr_cpus ?: nr_nodes;
    memcpy(cpus, boot->cpu, sizeof(cpus));
    if ( !boot->nr_cpus )
        for ( i = 0; i < nr_cpus; i++ )
            cpus[i] = (struct mock_cpu){ .apic_id = i, .node = i };

    memset(apicid_to_node, NUMA_NO_NODE, sizeof(apicid_to_node));
    mock_nr_present = 0;
    for ( i = 0; i < nr_cpus; i++ )
    {
        if ( !boot->no_srat && !boot->srat_unused &&
             cpus[i].apic_id < MAX_LOCAL_APIC )
            apicid_to_node[cpus[i].apic_id] = cpus[i].node;
        if ( present_cpu(i) )
            x86_cpu_to_apicid[mock_nr_present++] = cpus[i].apic_id;
    }
}

/* All that the files under test keep is as at the start of the program. */
static void reset_state(void)
{
    static uint8_t saved[1 << 16];
    static bool have;
    size_t size = __stop_xen_state - __start_xen_state;

    if ( size > sizeof(saved) )
        abort();

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

void memcrypt_read(struct memcrypt_regs *r)
{
    *r = boot->regs;
}

bool memcrypt_rdmsr(unsigned int msr, uint64_t *val)
{
    *val = boot->x2apic ? APIC_BASE_EXTD : 0;

    return msr == MSR_APIC_BASE;
}

bool memcrypt_asked(unsigned int cpu)
{
    unsigned int i;

    for ( i = 0; i < nr_cpus; i++ )
        if ( present_cpu(i) && !cpu-- )
            return !cpus[i].down;

    return false;
}

/* Before the initcall, CPU0 is the only one that is up. */
bool memcrypt_cpus_agree(void)
{
    unsigned int i;

    for ( i = 0; all_up && i < nr_cpus; i++ )
        if ( cpus[i].differs )
            return false;

    return true;
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
    return paddr_to_pfn(nodes[node].start);
}

unsigned long node_end_pfn(unsigned int node)
{
    return paddr_to_pfn(nodes[node].end);
}

nodeid_t pxm_to_node(unsigned int pxm)
{
    return boot->srat_unused ? NUMA_NO_NODE : pxm;
}

int acpi_table_parse(const char *id,
                     int (*handler)(struct acpi_table_header *))
{
    static struct acpi_table_header srat = { "SRAT" };

    if ( strcmp(id, ACPI_SIG_SRAT) || boot->no_srat )
        return 1;

    handler(&srat);

    return 0;
}

int acpi_table_parse_madt(int id,
                          int (*handler)(struct acpi_subtable_header *,
                                         const unsigned long),
                          unsigned int max)
{
    unsigned int i;

    (void)max;

    for ( i = 0; i < nr_cpus; i++ )
    {
        const struct mock_cpu *c = &cpus[i];
        struct acpi_madt_local_apic lapic = {
            { ACPI_MADT_TYPE_LOCAL_APIC, sizeof(lapic) }, i, c->apic_id,
            !c->disabled
        };
        struct acpi_madt_local_x2apic x2apic = {
            { ACPI_MADT_TYPE_LOCAL_X2APIC, sizeof(x2apic) }, 0, c->apic_id,
            !c->disabled, i
        };

        if ( c->x2apic_entry && id == ACPI_MADT_TYPE_LOCAL_X2APIC )
            handler(&x2apic.header, (unsigned long)(&x2apic + 1));
        if ( !c->x2apic_entry && id == ACPI_MADT_TYPE_LOCAL_APIC )
            handler(&lapic.header, (unsigned long)(&lapic + 1));
    }

    return nr_cpus;
}

int acpi_table_parse_srat(int id,
                          int (*handler)(struct acpi_subtable_header *,
                                         const unsigned long),
                          unsigned int max)
{
    unsigned int i;

    (void)max;

    for ( i = 0; id == ACPI_SRAT_TYPE_MEMORY_AFFINITY && i < nr_nodes; i++ )
    {
        struct acpi_srat_mem_affinity m = {
            .header = { id, sizeof(m) },
            .proximity_domain = i,
            .base_address = srat[i].start,
            .length = srat[i].end - srat[i].start,
            .flags = ACPI_SRAT_MEM_ENABLED,
        };

        handler(&m.header, (unsigned long)(&m + 1));
    }

    return nr_nodes;
}

bool heap_has_badpages(void)
{
    return boot->badpages;
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

    all_up = false;
    set_nodes();
    set_cpus();

    system_state = SYS_STATE_early_boot;
    bootscrub_init(boot->loader);
    for ( i = 0; i < boot->nr_probes; i++ )
        result->unmarked[i] = any_unmarked(&boot->probe[i]);

    system_state = SYS_STATE_boot;
    all_up = true;
    mock_initcall();
    for ( i = 0; i < boot->nr_probes; i++ )
        result->unmarked_late[i] = any_unmarked(&boot->probe[i]);

    bootscrub_report();
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

    efi_boot_max_var_store_size = mock_firmware.nvram_size;
    efi_boot_remain_var_store_size = mock_firmware.nvram_left;
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
