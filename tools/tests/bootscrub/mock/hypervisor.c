/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock hypervisor: see hypervisor.h.
 */

#include "firmware.h"
#include "hypervisor.h"
#include "state.h"
#include "xen.h"

#include "report.h"

#include <xen/sha2.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct e820map e820;
struct mock_area kexec_crash_area;

extern int (*const mock_initcall)(void);

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

    if ( boot->nr_fake )
        memcpy(nodes, boot->fake, sizeof(nodes));

    /* A node ends where RAM does, whatever the SRAT says. */
    for ( i = 0; !boot->nr_fake && i < nr_nodes; i++ )
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

bool efi_enabled(unsigned int feature)
{
    return feature == EFI_RS ? boot->runtime_services : boot->efi;
}

/* Without RDRAND what is random comes from the firmware, and is repeated. */
void cpuid(unsigned int leaf, unsigned int *eax, unsigned int *ebx,
           unsigned int *ecx, unsigned int *edx)
{
    *eax = leaf;
    *ebx = *edx = 0;
    *ecx = leaf == 1 && boot->rdrand ? 1U << 30 : 0;
}

struct memcrypt_psp __initdata memcrypt_psp;

void memcrypt_read(struct memcrypt_regs *r)
{
    *r = boot->regs;
}

unsigned int bootscrub_package_shift(bool amd)
{
    /* The other vendor's leaves say something else. */
    return amd == boot->regs.amd ? boot->package_shift : 31;
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

/*
 * Caches keep what was read first, by either view, until they are flushed:
 * processors with coherent views give that (CPUID 0x8000001F, EAX[10]).
 */
static struct {
    uint64_t maddr;
    bool cbit;
} cached[2 * BOOTSCRUB_MAX_MARKERS];
static unsigned int nr_cached;

static bool cached_view(uint64_t maddr, bool cbit)
{
    unsigned int i;

    for ( i = 0; i < nr_cached; i++ )
        if ( cached[i].maddr == maddr )
            return cached[i].cbit;

    cached[nr_cached].maddr = maddr;
    cached[nr_cached++].cbit = cbit;

    return cbit;
}

const void *bootscrub_map(const struct memcrypt_regs *r, uint64_t maddr,
                          bool cbit)
{
    static const uint8_t other[BOOTSCRUB_MARKER_SIZE];

    bool spared = maddr >= boot->cbit_spared.start &&
                  maddr < boot->cbit_spared.end;

    (void)r;
    result->cbit_tried |= cbit;

    return cached_view(maddr, cbit) && boot->cbit_matters && !spared
           ? other : (const void *)maddr;
}

void bootscrub_unmap(void)
{
}

void bootscrub_flush(void)
{
    nr_cached = 0;
}

/* Nobody may ask for a node that is none. */
unsigned long node_start_pfn(unsigned int node)
{
    if ( node >= MAX_NUMNODES )
        abort();

    return paddr_to_pfn(nodes[node].start);
}

unsigned long node_end_pfn(unsigned int node)
{
    if ( node >= MAX_NUMNODES )
        abort();

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
        return -ENODEV;

    return handler(&srat);
}

/* As Xen's acpi_parse_entries(): a handler that is not content ends it. */
struct walk {
    int (*handler)(struct acpi_subtable_header *, const unsigned long);
    unsigned int max, nr;
    bool failed;
};

static void walk(struct walk *w, struct acpi_subtable_header *entry, bool cut)
{
    unsigned long end = (unsigned long)entry + entry->length;

    if ( w->failed || (w->max && w->nr == w->max) )
        return;

    entry->length -= cut;
    w->failed = w->handler(entry, end);
    w->nr++;
}

static int walked(const struct walk *w)
{
    return w->failed ? -EINVAL : (int)w->nr;
}

int acpi_table_parse_madt(int id,
                          int (*handler)(struct acpi_subtable_header *,
                                         const unsigned long),
                          unsigned int max)
{
    struct walk w = { handler, max, 0, false };
    unsigned int i;

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
            walk(&w, &x2apic.header, c->cut);
        if ( !c->x2apic_entry && id == ACPI_MADT_TYPE_LOCAL_APIC )
            walk(&w, &lapic.header, c->cut);
    }

    return walked(&w);
}

static void walk_memory(struct walk *w, const struct bootscrub_range *r,
                        unsigned int node, bool disabled, bool cut)
{
    struct acpi_srat_mem_affinity m = {
        .header = { ACPI_SRAT_TYPE_MEMORY_AFFINITY, sizeof(m) },
        .proximity_domain = node,
        .base_address = r->start,
        .length = r->end - r->start,
        .flags = disabled ? 0 : ACPI_SRAT_MEM_ENABLED,
    };

    walk(w, &m.header, cut);
}

int acpi_table_parse_srat(int id,
                          int (*handler)(struct acpi_subtable_header *,
                                         const unsigned long),
                          unsigned int max)
{
    struct walk w = { handler, max, 0, false };
    unsigned int i;

    if ( boot->no_srat )
        return -ENODEV;

    for ( i = 0; id == ACPI_SRAT_TYPE_MEMORY_AFFINITY && i < nr_nodes; i++ )
        walk_memory(&w, &srat[i], i, false, false);

    if ( boot->srat_more.memory.end )
        walk_memory(&w, &boot->srat_more.memory, boot->srat_more.node,
                    boot->srat_more.disabled, boot->srat_more.cut);

    return walked(&w);
}

bool heap_has_badpages(void)
{
    return boot->badpages;
}

/* As in Xen's parse_bootscrub_param(): others take their own words first. */
bool bootscrub_is_auto(void)
{
    return !boot->unheard && !strncmp(boot->options, "auto", 4);
}

void scrub_heap_pages(void)
{
    if ( boot->cut_scrub )
        longjmp(mock_firmware.off, 1);

    result->scrubbed = true;
}

void clear_domain_page(unsigned long mfn)
{
    result->crash_cleared += pfn_to_paddr(1);
}

void bootscrub_print(const struct bootscrub_report *r)
{
    result->told = true;
    result->facts = *r->facts;
    result->verdict = *r->verdict;
    result->receipt = r->receipt;
    result->skipped_pages = r->skipped;
    result->scrubbed_pages = r->scrubbed;
    memcpy(result->markers, r->markers, sizeof(result->markers));
}

void bootscrub_publish(const struct bootscrub_report *r)
{
    result->published = r->verdict->action == result->verdict.action;
}

/* As init_heap_pages() does: run by run. */
static bool any_unmarked(const struct bootscrub_range *p)
{
    unsigned long mfn = paddr_to_pfn(p->start), end = paddr_to_pfn(p->end);
    bool unmarked = false;

    while ( mfn < end )
    {
        unsigned long nr = end - mfn;
        bool is_clean = bootscrub_clean(mfn, &nr);

        /* init_heap_pages() would never end. */
        if ( !nr )
            abort();

        bootscrub_account(nr, is_clean);
        unmarked |= is_clean;
        mfn += nr;
    }

    return unmarked;
}

/* Entries are in order, and do not overlap. */
int e820_all_mapped(uint64_t start, uint64_t end, unsigned int type)
{
    unsigned int i;

    for ( i = 0; i < e820.nr_map && start < end; i++ )
        if ( e820.map[i].type == type && e820.map[i].addr <= start &&
             start - e820.map[i].addr < e820.map[i].size )
            start = e820.map[i].addr + e820.map[i].size;

    return start >= end;
}

static void add_e820(uint64_t start, uint64_t end, uint32_t type)
{
    e820.map[e820.nr_map].addr = start;
    e820.map[e820.nr_map].size = end - start;
    e820.map[e820.nr_map++].type = type;
}

/* What who was just called left on the stack, below its caller. */
static uint8_t below[16384];

static void noinline __attribute__((no_sanitize_address)) look_below(void)
{
    const volatile uint8_t *p = __builtin_frame_address(0);
    unsigned int i;

    for ( i = 0; i < sizeof(below); i++ )
        below[sizeof(below) - 1 - i] = *--p;
}

/* What is there from before is not the next one's doing. */
static void noinline __attribute__((no_sanitize_address)) new_stack(void)
{
    uint8_t stack[32768];

    memset(stack, 0, sizeof(stack));
    asm volatile ( "" :: "r" (stack) : "memory" );
}

/* Is the token there, or what a receipt shows of it after a scrub? */
static bool token_below(const uint8_t token[BOOTSCRUB_TOKEN_SIZE])
{
    static uint8_t shown[BOOTSCRUB_DIGEST_SIZE];
    unsigned int i;

    sha2_256(shown, token, BOOTSCRUB_TOKEN_SIZE);
    new_stack();
    for ( i = 0; i + BOOTSCRUB_TOKEN_SIZE <= sizeof(below); i++ )
        if ( !memcmp(below + i, token, BOOTSCRUB_TOKEN_SIZE) ||
             !memcmp(below + i, shown, BOOTSCRUB_TOKEN_SIZE) )
            return true;

    return false;
}

static void hypervisor(void)
{
    unsigned int i;

    memcpy(result->token, bootscrub_loader.token, sizeof(result->token));

    e820.nr_map = 0;
    if ( boot->reserved.end )
    {
        add_e820(boot->heap.start, boot->reserved.start, E820_RAM);
        add_e820(boot->reserved.start, boot->reserved.end, E820_RESERVED);
        add_e820(boot->reserved.end, boot->heap.end, E820_RAM);
    }
    else
        add_e820(boot->heap.start, boot->heap.end, E820_RAM);
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

    if ( bootscrub_is_auto() )
        bootscrub_report();
    look_below();
    result->token_left |= result->receipt && token_below(result->token);
    system_state = SYS_STATE_active;
}

void mock_run(const struct mock_boot *in, struct mock_result *out)
{
    char cmdline[80];

    boot = in;
    result = out;
    memset(out, 0, sizeof(*out));
    new_stack();
    mock_reset();
    if ( in->before )
        bootscrub_auto_param(in->before);
    if ( bootscrub_is_auto() )
        bootscrub_auto_param(in->options);
    snprintf(cmdline, sizeof(cmdline), "xen bootscrub=%s bootscrub=%s",
             in->before ?: in->options, in->options);
    mock_firmware.runtime = mock_firmware.cut = false;
    mock_firmware.pool_in_use = false;
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
    {
        efi_bootscrub(&mock_boot_services, cmdline);
        look_below();
        out->token_left = bootscrub_loader.written == BOOTSCRUB_WRITTEN &&
                          token_below(bootscrub_loader.token);
    }
    if ( in->stale )
    {
        memcpy(in->stale, bootscrub_loader.token, BOOTSCRUB_TOKEN_SIZE);
        in->stale[0] ^= in->stale_reused;
        bootscrub_loader.token_maddr += (unsigned long)in->stale -
                                        (unsigned long)bootscrub_loader.token;
    }
    mock_exit_boot_services();
    hypervisor();
}
