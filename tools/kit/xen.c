/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One session of a Xen that was started with bootscrub=auto, as far as its
 * own files go: the loader's part, the collection of facts, both looks of the
 * decision, and the receipt.  Nothing is scrubbed; a scrub that the verdict
 * asks for is taken to be complete.
 */

#include "kit.h"

#include "efi.h"
#include "xen.h"

#include <xen/bootscrub.h>

#include "nodes.h"
#include "report.h"

extern int (*const xen_initcall)(void);

enum system_state system_state;
struct e820map e820;

UINTN efi_memmap_size, efi_mdesc_size;
void *efi_memmap;

static struct bootscrub_report told;

/*
 * Pages as they were when the loader got them, before it planted anything.
 * Room for two sessions' places.
 */
#define MAX_COPIES (2 * BOOTSCRUB_MAX_MARKERS)

static unsigned int nr_copies;
static uint64_t copy_addr[MAX_COPIES];
static uint8_t copy[MAX_COPIES][BOOTSCRUB_MARKER_SIZE];

static EFI_STATUS EFIAPI allocate(EFI_ALLOCATE_TYPE type,
                                  EFI_MEMORY_TYPE memory, UINTN pages,
                                  EFI_PHYSICAL_ADDRESS *addr)
{
    EFI_STATUS status = BS->AllocatePages(type, memory, pages, addr);

    if ( status == EFI_SUCCESS && nr_copies < MAX_COPIES )
    {
        copy_addr[nr_copies] = *addr;
        memcpy(copy[nr_copies++], (const void *)*addr,
               BOOTSCRUB_MARKER_SIZE);
    }

    return status;
}

static void get_map(void)
{
    UINTN key, desc = 0;
    UINT32 version;

    efi_memmap = LibMemoryMap(&efi_memmap_size, &key, &desc, &version);
    efi_mdesc_size = desc;
    efi_memmap_size = efi_memmap ? efi_memmap_size * desc : 0;
}

bool bootscrub_is_auto(void)
{
    return true;
}

bool heap_has_badpages(void)
{
    return false;
}

void scrub_heap_pages(void)
{
}

/* e820 has one entry. */
int e820_all_mapped(uint64_t start, uint64_t end, unsigned int type)
{
    return 1;
}

struct memcrypt_psp memcrypt_psp;

bool memcrypt_asked(unsigned int cpu)
{
    return cpu_answered(cpu);
}

bool memcrypt_cpus_agree(void)
{
    return cpus_agree();
}

void bootscrub_publish(const struct bootscrub_report *r)
{
}

void bootscrub_print(const struct bootscrub_report *r)
{
    told = *r;
}

/* The command line is the kit's own. */
int parse_bool(const char *s, const char *e)
{
    return -1;
}

/* --- Markers, as the kit itself remembers their places ------------------- */

static const void *copy_of(uint64_t addr)
{
    unsigned int i;

    for ( i = 0; i < nr_copies; i++ )
        if ( copy_addr[i] == addr )
            return copy[i];

    return NULL;
}

/* Word @i of what is left of a page less what was planted there. */
static uint64_t difference(const void *page, uint64_t addr, unsigned int i)
{
    static uint64_t planted[BOOTSCRUB_MARKER_SIZE / 8], planted_addr;
    uint64_t word;

    if ( planted_addr != addr )
        bootscrub_marker_fill(planted, addr);
    planted_addr = addr;
    memcpy(&word, (const uint8_t *)page + 8 * i, sizeof(word));

    return word ^ planted[i];
}

static unsigned int distance(const void *page, uint64_t addr)
{
    unsigned int i, bits = 0;
    uint64_t x;

    for ( i = 0; i < BOOTSCRUB_MARKER_SIZE / 8; i++ )
        for ( x = difference(page, addr, i); x; x &= x - 1 )
            bits++;

    return bits;
}

/* A scrambler's stream is the same at equal offsets of other markers. */
static bool repeats(const struct step *step, unsigned int i)
{
    uint64_t want[BOOTSCRUB_MARKER_SIZE / 8];
    const void *page = copy_of(step->marker[i].addr);
    unsigned int j, k;

    for ( k = 0; k < BOOTSCRUB_MARKER_SIZE / 8; k++ )
        want[k] = difference(page, step->marker[i].addr, k);

    for ( j = 0; j < step->nr_markers; j++ )
    {
        const void *other = copy_of(step->marker[j].addr);

        for ( k = 0; j != i && other && k < BOOTSCRUB_MARKER_SIZE / 8; k++ )
            if ( want[k] &&
                 difference(other, step->marker[j].addr, k) == want[k] )
                return true;
    }

    return false;
}

static void look_at_markers(struct step *step, const struct step *before)
{
    const void *page[BOOTSCRUB_MAX_MARKERS];
    enum bootscrub_marker class[BOOTSCRUB_MAX_MARKERS];
    unsigned int i;

    step->nr_markers = before ? before->nr_planted : 0;
    if ( !step->nr_markers )
        return;

    for ( i = 0; i < step->nr_markers; i++ )
        page[i] = copy_of(before->planted[i]);
    bootscrub_markers_classify(page, before->planted, step->nr_markers, class);

    for ( i = 0; i < step->nr_markers; i++ )
        step->marker[i] = (struct marker){
            .addr = before->planted[i],
            .class = class[i],
            .node = bootscrub_node_of(before->planted[i]),
            .distance = page[i] ? distance(page[i], before->planted[i]) : 0,
            .in_use = !page[i],
        };

    for ( i = 0; i < step->nr_markers; i++ )
        step->marker[i].repeats = page[i] && repeats(step, i);
}

/* --- The session --------------------------------------------------------- */

void auto_run(struct step *step, const struct step *before)
{
    static char cmdline[] = "xen bootscrub=auto";
    EFI_BOOT_SERVICES services = *BS;
    const struct bootscrub_loader *l = &bootscrub_loader;
    unsigned int i;

    services.AllocatePages = allocate;
    nvram_init();
    efi_bootscrub(&services, cmdline);
    get_map();

    e820 = (struct e820map){ 1, { { 0, 1ULL << 52, E820_RAM } } };
    system_state = SYS_STATE_early_boot;
    bootscrub_auto_param("auto");
    bootscrub_init("kit");
    system_state = SYS_STATE_boot;
    xen_initcall();
    bootscrub_report();
    system_state = SYS_STATE_active;

    look_at_markers(step, before);
    step->nr_planted = l->planted.nr_markers;
    for ( i = 0; i < step->nr_planted; i++ )
        step->planted[i] = l->planted.marker[i];
    step->covered = bootscrub_ranges_bytes(&l->covered);
    step->memcrypt = *told.memcrypt;
    step->facts = *told.facts;
    step->verdict = *told.verdict;
    step->receipt = told.receipt == 0;
}

const char *reason_token(enum bootscrub_reason reason)
{
    static const char *const token[] = {
#define REASON(id, token, state, sentence, remedy) token,
#include <xen/bootscrub-reasons.h>
    };

    return token[reason];
}

const char *gate_token(enum bootscrub_gate gate)
{
    static const char *const token[] = {
#define GATE(id, token, sentence) token,
#include <xen/bootscrub-reasons.h>
    };

    return token[gate];
}
