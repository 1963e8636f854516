/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto and the firmware: variables, counters and markers, while boot
 * services are alive; the receipt, at run time.
 *
 * With multiboot2 all but the last runs at the address where the boot loader
 * put Xen, not where it was linked for: no pointer in static data, no printk.
 * What is found goes to Xen in bootscrub_loader.
 *
 * The order is what makes a failure at any point harmless.  The old record is
 * read, and deleted, before a marker is looked at or written: a boot that ends
 * anywhere later leaves no record, and the next one believes nothing.  Where
 * the old record cannot be deleted, the markers that it names are still
 * planted with the contents that they always have.
 */

#include "bootscrub.h"

#include <xen/errno.h>
#include <xen/init.h>
#include <xen/lib/bootscrub/cmdline.h>
#include <xen/string.h>

#include <asm/bootscrub.h>
#include <asm/memcrypt.h>

#define RECORD_ATTR  (EFI_VARIABLE_NON_VOLATILE | \
                      EFI_VARIABLE_BOOTSERVICE_ACCESS)
#define RECEIPT_ATTR (RECORD_ATTR | EFI_VARIABLE_RUNTIME_ACCESS)

struct bootscrub_loader __initdata bootscrub_loader;

static EFI_GUID __initdata vendor_guid = {
    0x3078a4d4, 0x5512, 0x44a4,
    { 0xa3, 0x9b, 0x14, 0xaa, 0x25, 0xc4, 0x63, 0x48 }
};
static CHAR16 __initdata record_name[] = L"BootScrubRecord";
static CHAR16 __initdata receipt_name[] = L"BootScrubReceipt";

/* Pages for markers: where the old record says, and where today's go. */
struct places {
    uint64_t exclude, exclude_end; /* What TME does not encrypt. */
    unsigned int nr;
    uint64_t addr[2 * BOOTSCRUB_MAX_MARKERS];
    bool allocated[2 * BOOTSCRUB_MAX_MARKERS];
};

/* Fetch a variable that must have exactly @attr and @size to be ours. */
static enum bootscrub_recorded __init
get_variable(CHAR16 *name, UINT32 attr, void *buf, UINTN size)
{
    UINT32 found = 0;
    UINTN len = size;
    EFI_STATUS status = efi_rs->GetVariable(name, &vendor_guid, &found, &len,
                                            buf);

    if ( status == EFI_NOT_FOUND )
        return BOOTSCRUB_RECORD_ABSENT;

    return status == EFI_SUCCESS && found == attr && len == size
           ? BOOTSCRUB_RECORD_VALID : BOOTSCRUB_RECORD_INVALID;
}

static void __init delete_variable(CHAR16 *name)
{
    efi_rs->SetVariable(name, &vendor_guid, 0, 0, NULL);
}

static bool __init is_gone(CHAR16 *name)
{
    uint8_t byte;

    return get_variable(name, 0, &byte, sizeof(byte)) ==
           BOOTSCRUB_RECORD_ABSENT;
}

static void __init read_counters(const EFI_BOOT_SERVICES *bs)
{
    struct bootscrub_counter *counter = bootscrub_loader.chain.counter;
    UINT64 count;

    if ( bs->GetNextMonotonicCount(&count) == EFI_SUCCESS )
    {
        counter[BOOTSCRUB_MONOTONIC].present = true;
        counter[BOOTSCRUB_MONOTONIC].is = count >> 32;
    }

    counter[BOOTSCRUB_TPM_RESET].present =
        efi_tpm_resets(bs, &counter[BOOTSCRUB_TPM_RESET].is);
}

static enum bootscrub_recorded __init read_record(void)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    uint8_t buf[BOOTSCRUB_RECORD_SIZE];
    enum bootscrub_recorded found = get_variable(record_name, RECORD_ATTR, buf,
                                                 sizeof(buf));
    unsigned int i;

    if ( found != BOOTSCRUB_RECORD_VALID )
        return found;

    if ( !bootscrub_record_decode(&l->previous, buf, sizeof(buf)) )
        return BOOTSCRUB_RECORD_INVALID;

    l->chain.previous = l->previous.session;
    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
    {
        l->chain.counter[i].recorded = l->previous.counted[i];
        l->chain.counter[i].was = l->previous.counter[i];
    }

    return found;
}

/*
 * A receipt with other attributes would be in the way of this session's,
 * which has to be written when variables can no longer be deleted.
 */
static enum bootscrub_receipt __init read_receipt(void)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    uint8_t buf[BOOTSCRUB_RECEIPT_SIZE];

    switch ( get_variable(receipt_name, RECEIPT_ATTR, buf, sizeof(buf)) )
    {
    case BOOTSCRUB_RECORD_VALID:
        break;

    case BOOTSCRUB_RECORD_INVALID:
        delete_variable(receipt_name);
        /* fallthrough */
    default:
        return BOOTSCRUB_RECEIPT_NONE;
    }

    if ( l->chain.record != BOOTSCRUB_RECORD_VALID )
        return BOOTSCRUB_RECEIPT_NONE;

    l->chain.taken_back = bootscrub_is_taken_back(&l->previous, buf,
                                                  sizeof(buf));

    return bootscrub_receipt_decode(&l->previous, buf, sizeof(buf));
}

/* Is there room in NVRAM for what was not there before? */
static bool __init has_room(void)
{
    return !efi_boot_max_var_store_size ||
           efi_boot_remain_var_store_size > BOOTSCRUB_NVRAM_ROOM;
}

/* What @map points to is to be freed.  NULL if there is none. */
static void *__init get_map(const EFI_BOOT_SERVICES *bs,
                            struct bootscrub_efi_map *map)
{
    UINTN size = 0, key, desc_size = 0;
    UINT32 version;
    void *buf;

    bs->GetMemoryMap(&size, NULL, &key, &desc_size, &version);

    /* Room for what the allocation itself changes. */
    size += 8 * desc_size;
    if ( bs->AllocatePool(EfiLoaderData, size, &buf) != EFI_SUCCESS )
        return NULL;

    if ( bs->GetMemoryMap(&size, buf, &key, &desc_size,
                          &version) != EFI_SUCCESS )
    {
        bs->FreePool(buf);
        return NULL;
    }

    *map = (struct bootscrub_efi_map){ buf, size, desc_size };

    return buf;
}

/* A session that cannot be encrypted, by what can be known this early. */
static enum bootscrub_session __init
session_of(const struct memcrypt *memcrypt)
{
    switch ( memcrypt->state )
    {
    case MEMCRYPT_ACTIVE:
        return BOOTSCRUB_SESSION_ENCRYPTED;

    case MEMCRYPT_UNKNOWN:
        return BOOTSCRUB_SESSION_UNKNOWN;

    default:
        return BOOTSCRUB_SESSION_PLAINTEXT;
    }
}

/* What is covered, and whether the session is encrypted. */
static bool __init look_at_machine(const EFI_BOOT_SERVICES *bs,
                                   struct bootscrub_record *new,
                                   struct places *p)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    struct bootscrub_efi_map map;
    struct memcrypt_regs regs;
    struct memcrypt memcrypt;
    void *buf;

    memcrypt_read(&regs);
    if ( regs.amd )
        efi_memcrypt_psp(bs, &memcrypt_psp);
    regs.psp = memcrypt_psp;
    memcrypt_decode(&regs, &memcrypt);
    new->session = session_of(&memcrypt);

    p->exclude = memcrypt.exclude;
    p->exclude_end = memcrypt.exclude_end;

    buf = get_map(bs, &map);
    if ( !buf )
        return false;

    bootscrub_covered(&map, memcrypt.exclude, memcrypt.exclude_end,
                      &l->covered);
    bs->FreePool(buf);

    bootscrub_coverage_digest(&l->covered, new->coverage);
    l->chain.covered = l->covered.nr;
    l->chain.same_coverage = l->chain.record == BOOTSCRUB_RECORD_VALID &&
                             !memcmp(new->coverage, l->previous.coverage,
                                     sizeof(new->coverage));

    return true;
}

/*
 * EfiUnusableMemory stays out of the heap, and out of all that dom0 can map.
 * It comes back with the next reset.  What cannot be allocated is in use, or
 * is no memory at all: nobody looks at it.
 */
static void __init add_place(const EFI_BOOT_SERVICES *bs, struct places *p,
                             uint64_t addr)
{
    EFI_PHYSICAL_ADDRESS page = addr;
    unsigned int i;

    for ( i = 0; i < p->nr; i++ )
        if ( p->addr[i] == addr )
            return;

    p->addr[p->nr] = addr;
    p->allocated[p->nr] =
        bs->AllocatePages(AllocateAddress, EfiUnusableMemory, 1,
                          &page) == EFI_SUCCESS;
    p->nr++;
}

/* The old record's places come first, so that the two have one index. */
static void __init allocate_places(const EFI_BOOT_SERVICES *bs,
                                   struct places *p,
                                   const uint64_t *today, unsigned int nr)
{
    const struct bootscrub_loader *l = &bootscrub_loader;
    unsigned int i;

    if ( l->chain.record == BOOTSCRUB_RECORD_VALID )
        for ( i = 0; i < l->previous.nr_markers; i++ )
            add_place(bs, p, l->previous.marker[i]);

    for ( i = 0; i < nr; i++ )
        add_place(bs, p, today[i]);
}

static void __init look_at_markers(const struct places *p)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    const void *page[BOOTSCRUB_MAX_MARKERS];
    unsigned int i;

    if ( l->chain.record != BOOTSCRUB_RECORD_VALID )
        return;

    for ( i = 0; i < l->previous.nr_markers; i++ )
        page[i] = p->allocated[i] ? (const void *)p->addr[i] : NULL;

    bootscrub_markers_classify(page, p->addr, l->previous.nr_markers,
                               l->class);
}

/* From the caches to DRAM; 32 is the smallest line size there is. */
static void __init flush_page(const void *page)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_MARKER_SIZE; i += 32 )
        asm volatile ( "clflush %0"
                       :: "m" (*((const volatile char *)page + i)) );

    asm volatile ( "mfence" ::: "memory" );
}

static bool __init is_excluded(const struct places *p, unsigned int i)
{
    return p->addr[i] >= p->exclude && p->addr[i] < p->exclude_end;
}

/*
 * What is not encrypted in this session is left as it is.  A later session
 * with encryption would take markers in plaintext for noise, whatever its key
 * is.
 */
static void __init plant_markers(const struct places *p,
                                 const uint64_t *today, unsigned int nr,
                                 struct bootscrub_record *new)
{
    unsigned int i, j;

    if ( new->session == BOOTSCRUB_SESSION_PLAINTEXT )
        return;

    for ( i = 0; i < p->nr; i++ )
        if ( p->allocated[i] && !is_excluded(p, i) )
        {
            bootscrub_marker_fill((void *)p->addr[i], p->addr[i]);
            flush_page((void *)p->addr[i]);
        }

    for ( j = 0; j < nr; j++ )
        for ( i = 0; i < p->nr; i++ )
            if ( p->addr[i] == today[j] && p->allocated[i] &&
                 bootscrub_marker_intact((void *)today[j], today[j]) )
                new->marker[new->nr_markers++] = today[j];
}

static void noinline __init examine_markers(const EFI_BOOT_SERVICES *bs,
                                            struct places *p,
                                            struct bootscrub_record *new)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    uint64_t today[BOOTSCRUB_MAX_MARKERS];
    unsigned int nr = bootscrub_marker_places(&l->covered, today);

    allocate_places(bs, p, today, nr);
    look_at_markers(p);
    plant_markers(p, today, nr, new);
}

static bool __init write_record(const struct bootscrub_record *r)
{
    uint8_t buf[BOOTSCRUB_RECORD_SIZE], back[BOOTSCRUB_RECORD_SIZE];

    bootscrub_record_encode(r, buf);

    return efi_rs->SetVariable(record_name, &vendor_guid, RECORD_ATTR,
                               sizeof(buf), buf) == EFI_SUCCESS &&
           get_variable(record_name, RECORD_ATTR, back,
                        sizeof(back)) == BOOTSCRUB_RECORD_VALID &&
           !memcmp(buf, back, sizeof(buf));
}

/* What drawing and hashing the token left on the stack. */
static void noinline __init wipe_stack(void)
{
    volatile uint8_t below[4096];
    unsigned int i;

    for ( i = 0; i < sizeof(below); i++ )
        below[i] = 0;
}

static enum bootscrub_writable noinline __init
record_session(const EFI_BOOT_SERVICES *bs, struct bootscrub_record *r)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    unsigned int i;

    if ( !efi_random_bytes(bs, l->token) )
        return BOOTSCRUB_NO_ENTROPY;

    bootscrub_token_digest(r->token_digest, l->token);

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
    {
        r->counted[i] = l->chain.counter[i].present;
        r->counter[i] = l->chain.counter[i].is;
    }
    r->unpaid = l->unpaid;

    return write_record(r) ? BOOTSCRUB_WRITTEN : BOOTSCRUB_NOT_WRITTEN;
}

static bool __init is_requested(const char *cmdline)
{
    bool requested = bootscrub_scan(CONFIG_CMDLINE, false);

#ifndef CONFIG_CMDLINE_OVERRIDE
    requested = bootscrub_scan(cmdline, requested);
#endif

    return requested;
}

void __init efi_bootscrub(const EFI_BOOT_SERVICES *bs, const char *cmdline)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    struct bootscrub_record new = {};
    struct places places = {};
    enum bootscrub_receipt receipt;
    bool room = true;

    if ( !is_requested(cmdline) )
        return;

    l->ran = true;
    l->written = BOOTSCRUB_NOT_WRITTEN;
    l->token_maddr = (unsigned long)l->token;

    read_counters(bs);
    l->chain.record = read_record();
    receipt = read_receipt();
    l->chain.receipt = receipt != BOOTSCRUB_RECEIPT_NONE;

    if ( l->chain.record != BOOTSCRUB_RECORD_ABSENT )
        delete_variable(record_name);
    else
        room = has_room();

    /* Without a map nothing is covered, and nothing recorded. */
    room &= look_at_machine(bs, &new, &places);
    examine_markers(bs, &places, &new);

    l->unpaid = bootscrub_unpaid(
        l->chain.record == BOOTSCRUB_RECORD_VALID ? l->previous.unpaid : 0,
        receipt == BOOTSCRUB_RECEIPT_SKIPPED, &l->chain);
    l->planted = new;

    if ( room )
        l->written = record_session(bs, &new);
    /* Not the last call: that may be a jump, from further up the stack. */
    wipe_stack();

    /* Half a record, or the old one, must not wait for the next session. */
    if ( l->written != BOOTSCRUB_WRITTEN && !is_gone(record_name) )
        delete_variable(record_name);
}

void __init efi_bootscrub_clean(struct bootscrub_ranges *clean)
{
    const struct bootscrub_efi_map map = {
        efi_memmap, efi_memmap_size, efi_mdesc_size
    };

    bootscrub_conventional(&map, clean);
    bootscrub_ranges_intersect(clean, &bootscrub_loader.covered);
}

static int __init write_receipt(uint8_t buf[BOOTSCRUB_RECEIPT_SIZE])
{
    EFI_STATUS status = efi_rs_set_variable(receipt_name, &vendor_guid,
                                            RECEIPT_ATTR,
                                            BOOTSCRUB_RECEIPT_SIZE, buf);

    return status == EFI_SUCCESS ? 0 : -EIO;
}

int __init efi_bootscrub_receipt(const uint8_t token[BOOTSCRUB_TOKEN_SIZE],
                                 bool skipped)
{
    uint8_t buf[BOOTSCRUB_RECEIPT_SIZE];
    int rc;

    bootscrub_receipt_encode(token, skipped, buf);
    rc = write_receipt(buf);
    wipe_stack();

    return rc;
}

void __init efi_bootscrub_take_back(const uint8_t token[BOOTSCRUB_TOKEN_SIZE])
{
    uint8_t buf[BOOTSCRUB_RECEIPT_SIZE];

    bootscrub_taken_back_encode(token, buf);
    write_receipt(buf);
    wipe_stack();
}
