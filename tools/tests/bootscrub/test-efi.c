/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EFI loader and core on a firmware that fails: each call of a boot gets
 * every error, is believed to have failed, or is the last one before the
 * power goes.  Whatever came of it, the next boot must not skip unless the
 * session before it is on record and confirmed, and says so of its own memory.
 *
 * A boot "wrongly skips" if no receipt was written for the record that it
 * found, or if the key was kept.  Then machines whose tables, nodes and pages
 * are not as they should be.
 */

#include "mock/firmware.h"
#include "mock/hypervisor.h"

#include "harness.h"
#include "keys.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define MIB (1ULL << 20)
#define ATTR_WB 8

static const EFI_STATUS errors[] = {
    EFI_LOAD_ERROR, EFI_INVALID_PARAMETER, EFI_UNSUPPORTED,
    EFI_BAD_BUFFER_SIZE, EFI_BUFFER_TOO_SMALL, EFI_NOT_READY,
    EFI_DEVICE_ERROR, EFI_WRITE_PROTECTED, EFI_OUT_OF_RESOURCES,
    EFI_VOLUME_CORRUPTED, EFI_VOLUME_FULL, EFI_NOT_FOUND,
    EFI_ACCESS_DENIED, EFI_TIMEOUT, EFI_ABORTED, EFI_SECURITY_VIOLATION,
    EFI_WARN_UNKNOWN_GLYPH,
};

static const struct mock_boot intel = {
    .options = "auto", .loader = "GRUB", .efi = true, .runtime_services = true,
    .regs = { .intel = true, .tme = true, .readable = true,
              .maxphysaddr = 46, .activate = 3 },
    .heap = { 0, MOCK_RAM + MOCK_RAM_SIZE },
};

/* TSME, of which the PSPs tell, or the C-bit. */
static const struct mock_boot amd = {
    .options = "auto", .loader = "GRUB", .efi = true, .runtime_services = true,
    .regs = { .amd = true, .readable = true, .sme = true, .cbit = 47,
              .syscfg = SYSCFG_SME },
    .heap = { 0, MOCK_RAM + MOCK_RAM_SIZE },
};

static struct mock_boot machine;

#define COVERED (MOCK_RAM + 128 * MIB)

/* Pages that hold markers, the same in every session. */
static unsigned int find_places(uint64_t place[BOOTSCRUB_MAX_MARKERS])
{
    const struct bootscrub_ranges covered = { 1, { { MOCK_RAM, COVERED } } };

    return bootscrub_marker_places(&covered, place);
}

/* Reset: the counters go on, and firmware finds all memory free. */
static void reset_keeping_key(void)
{
    struct mock_firmware *f = &mock_firmware;

    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, COVERED, ATTR_WB);
    f->count = ((f->count >> 32) + 1) << 32;
    f->tpm_reset++;
    f->plan.at = 0;
    f->set_status = EFI_SUCCESS;
    f->no_rng = f->no_counter = f->no_tpm = false;
}

/* ... with a new key, under which what was planted is noise. */
static void reset(void)
{
    static uint64_t key;
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    unsigned int i, nr;

    reset_keeping_key();
    nr = find_places(place);
    for ( i = 0; i < nr; i++ )
        change_key((void *)place[i], place[i], 128, key, key + 1);
    key++;
}

static void boot(struct mock_result *r)
{
    mock_run(&machine, r);
}

/* A machine that never had us, or one with a confirmed session behind it. */
static void start(bool confirmed)
{
    struct mock_result r;

    memset(&mock_firmware, 0, sizeof(mock_firmware));
    mock_firmware.random = 1;
    mock_psps(2, MOCK_PSP_TSME);
    reset();
    if ( !confirmed )
        return;

    boot(&r);
    reset();
}

static bool is_confirmed(void)
{
    const struct mock_firmware *f = &mock_firmware;
    struct bootscrub_record r;

    return f->record.there && f->receipt.there &&
           bootscrub_record_decode(&r, f->record.data, f->record.size) &&
           bootscrub_receipt_decode(&r, f->receipt.data, f->receipt.size) !=
           BOOTSCRUB_RECEIPT_NONE;
}

/*
 * Boot with @plan.  Returns false if the boot itself skips on what is not so,
 * or leaves a record confirmed that was not when it should be.
 */
static bool boot_is_safe(const struct mock_plan *plan, bool *reached)
{
    bool was_confirmed = is_confirmed();
    struct mock_variable before = mock_firmware.record;
    struct mock_result r;
    bool same, ok;

    mock_firmware.plan = *plan;
    boot(&r);
    *reached = mock_firmware.counted >= plan->at && plan->at;
    mock_firmware.plan.at = 0;

    ok = r.off || r.verdict.action != BOOTSCRUB_SKIP || was_confirmed;
    same = before.there == mock_firmware.record.there &&
           !memcmp(before.data, mock_firmware.record.data, before.size);

    /* A new record: the receipt is of now, and memory was clean before it. */
    if ( is_confirmed() && !same )
        ok &= strchr(mock_firmware.log, 't') && (r.scrubbed || was_confirmed);

    return ok;
}

/* Then once more, with nothing in the way: skip only what is confirmed. */
static bool next_is_safe(void)
{
    bool was_confirmed;
    struct mock_result r;

    reset();
    was_confirmed = is_confirmed();
    boot(&r);

    return !r.off && (r.verdict.action != BOOTSCRUB_SKIP || was_confirmed);
}

/*
 * A boot that failed must not stand in the way of the ones after it, and none
 * of them may wait twice in a row.
 */
static bool recovers(void)
{
    struct mock_result r;
    bool waited = false;
    unsigned int i;

    for ( i = 0; i < 4; i++ )
    {
        reset();
        boot(&r);
        if ( r.verdict.action == BOOTSCRUB_SKIP )
            return true;
        if ( r.scrubbed && waited )
            return false;
        waited = r.scrubbed;
    }

    return false;
}

static void try_all(enum mock_how how, const EFI_STATUS *status,
                    unsigned int nr, const char *name)
{
    const char *cpu = machine.regs.amd ? "AMD: " : "";
    unsigned int confirmed, at, i, boots = 0, unsafe = 0, stuck = 0;

    for ( confirmed = 0; confirmed < 2; confirmed++ )
        for ( i = 0; i < nr; i++ )
        {
            bool reached = true;

            for ( at = 1; reached; at++ )
            {
                struct mock_plan plan = { at, 0, how, status[i] };

                start(confirmed);
                unsafe += !boot_is_safe(&plan, &reached);
                unsafe += !next_is_safe();
                stuck += !recovers();
                boots += 2;
            }
        }

    expect_num(0, unsafe, "efi: %s%s: never a wrong skip, in %u boots", cpu,
               name, boots);
    expect_num(0, stuck, "efi: %s%s: skips again soon", cpu,
               name);
}

/* Two failures in one boot: NVRAM full or protected, and any call. */
static void try_with_status(EFI_STATUS set_status, const char *name)
{
    unsigned int at, unsafe = 0;
    bool reached = true;

    for ( at = 1; reached; at++ )
    {
        struct mock_plan plan = { at, 0, MOCK_FAIL, EFI_DEVICE_ERROR };

        start(true);
        mock_firmware.set_status = set_status;
        unsafe += !boot_is_safe(&plan, &reached);
        unsafe += !next_is_safe();
    }

    expect_num(0, unsafe, "efi: NVRAM %s, and any call fails", name);
}

/* Somebody else's variables under our names: size, attributes, contents. */
static void try_variables(void)
{
    static const UINT32 attrs[] = { 1, 2, 3, 6, 7, 0x27 };
    unsigned int i, size, skips = 0, stuck = 0, expected = 0;

    for ( i = 0; i < ARRAY_SIZE(attrs); i++ )
        for ( size = 1; size <= 512; size += size < 300 ? 1 : 53 )
        {
            struct mock_result r;

            start(true);
            mock_firmware.record.attr = attrs[i];
            mock_firmware.record.size = size;
            boot(&r);
            skips += r.verdict.action == BOOTSCRUB_SKIP;
            expected += attrs[i] == 3 && size == BOOTSCRUB_RECORD_SIZE;
            stuck += !recovers();

            start(true);
            mock_firmware.receipt.attr = attrs[i];
            mock_firmware.receipt.size = size;
            boot(&r);
            skips += r.verdict.action == BOOTSCRUB_SKIP;
            expected += attrs[i] == 7 && size == BOOTSCRUB_RECEIPT_SIZE;
            stuck += !recovers();
        }

    expect_num(expected, skips, "efi: only exact size and attributes");
    expect_num(0, stuck, "efi: other people's variables do not stay");
}

/* One bit, anywhere: not the record that was written; a new one follows. */
static void try_damage(void)
{
    unsigned int i, skips = 0, invalid = 0, stuck = 0;

    for ( i = 0; i < BOOTSCRUB_RECORD_SIZE; i++ )
    {
        struct mock_result r;

        start(true);
        mock_firmware.record.data[i] ^= 1U << i % 8;
        boot(&r);
        skips += r.verdict.action == BOOTSCRUB_SKIP;
        invalid += r.verdict.reason == BOOTSCRUB_R_RECORD_INVALID;
        stuck += !recovers();
    }

    expect_num(0, skips, "efi: a damaged record skips nothing");
    expect_num(BOOTSCRUB_RECORD_SIZE, invalid, "efi: it is called invalid");
    expect_num(0, stuck, "efi: it does not stay");
}

/*
 * The order that makes a failure harmless: read counters and NVRAM, delete the
 * old record, allocate and plant, write the record, read it back; the receipt
 * last.
 */
static void test_order(void)
{
    static const char *const letters = "cghdaasgt";
    const char *log = mock_firmware.log, *found = log;
    struct mock_result r;
    unsigned int i;

    start(true);
    boot(&r);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action, "efi: second boot skips");

    for ( i = 0; letters[i] && found; i++ )
        if ( (found = strchr(found, letters[i])) != NULL )
            found++;

    expect_num(1, found != NULL, "efi: order of calls: %s", log);
    expect_num(1, strchr(log, 's') == strrchr(log, 's') &&
                  strchr(log, 't') == strrchr(log, 't') &&
                  strchr(log, 'd') == strrchr(log, 'd') &&
                  !strchr(log, 'e'), "efi: each variable is written once");
    expect_num(1, strchr(log, 'd') < strchr(log, 'a') &&
                  strrchr(log, 'a') < strchr(log, 's') &&
                  strchr(log, 'c') < strchr(log, 's') &&
                  strrchr(log, 'h') < strchr(log, 'd'),
               "efi: all is read, then disarmed, then planted, then recorded");
}

/* Nothing is touched unless it was asked for. */
static void test_not_asked(void)
{
    start(true);
    mock_firmware.calls = 0;
    efi_bootscrub(&mock_boot_services, "bootscrub=auto bootscrub=idle");
    expect_num(0, mock_firmware.calls, "efi: no call unless asked for");
}

/* What the record says of its own session: what the loader could know. */
static void try_session(uint64_t activate, bool readable,
                        enum bootscrub_session want, const char *what)
{
    struct bootscrub_record r;
    struct mock_result result;

    machine.regs.activate = activate;
    machine.regs.readable = readable;
    start(false);
    boot(&result);
    machine = intel;

    expect_num(1, bootscrub_record_decode(&r, mock_firmware.record.data,
                                          mock_firmware.record.size) &&
                  r.session == want, "efi: the session is recorded as %s",
               what);
}

static void test_session(void)
{
    try_session(3, true, BOOTSCRUB_SESSION_ENCRYPTED, "encrypted");
    try_session(1, true, BOOTSCRUB_SESSION_PLAINTEXT, "plaintext");
    try_session(3, false, BOOTSCRUB_SESSION_UNKNOWN, "unknown");
}

/* Is AMD's encryption seen, and what does the boot after a clean one do? */
static void try_amd(const char *what, unsigned int psps, uint32_t first,
                    bool cbit_matters, enum bootscrub_reason want)
{
    struct mock_result r;

    machine = amd;
    machine.cbit_matters = cbit_matters;
    start(true);
    mock_psps(psps, first);
    boot(&r);
    expect_num(want, r.verdict.reason, "efi: AMD: %s", what);

    /* And so it is recorded. */
    reset();
    machine.cbit_matters = false;
    mock_psps(2, MOCK_PSP_TSME);
    boot(&r);
    expect_num(want == BOOTSCRUB_R_PROVEN,
               r.verdict.action == BOOTSCRUB_SKIP,
               "efi: AMD: %s: the next boot", what);
}

static void test_amd(void)
{
    try_amd("all PSPs say TSME", 2, MOCK_PSP_TSME, false, BOOTSCRUB_R_PROVEN);
    try_amd("they are believed over the C-bit", 2, MOCK_PSP_TSME, true,
            BOOTSCRUB_R_PROVEN);
    try_amd("one PSP says no", 2, MOCK_PSP_PLAIN, false,
            BOOTSCRUB_R_NOT_ACTIVE);
    try_amd("the only PSP says no", 1, MOCK_PSP_PLAIN, false,
            BOOTSCRUB_R_NOT_ACTIVE);
    try_amd("one is silent, the C-bit is ignored", 2, 0, false,
            BOOTSCRUB_R_PROVEN);
    try_amd("one is silent, the C-bit matters", 2, 0, true,
            BOOTSCRUB_R_NOT_ACTIVE);
    try_amd("no PSP, the C-bit is ignored", 0, 0, false, BOOTSCRUB_R_PROVEN);
    try_amd("no PSP, the C-bit matters", 0, 0, true, BOOTSCRUB_R_NOT_ACTIVE);
}

/* Xen moved itself and left a token behind. */
static void test_stale_token(void)
{
    uint8_t stale[BOOTSCRUB_TOKEN_SIZE] = {}, zero[BOOTSCRUB_TOKEN_SIZE] = {};
    struct mock_boot moved = intel;
    struct mock_result r;

    moved.stale = stale;
    start(false);
    mock_run(&moved, &r);
    expect_num(1, is_confirmed(), "efi: there was a token");
    expect_num(0, memcmp(stale, zero, sizeof(stale)),
               "efi: it is wiped where Xen ran first");
}

/* Every planted page is as it was planted. */
static bool all_intact(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    unsigned int i, nr = find_places(place);

    for ( i = 0; i < nr; i++ )
        if ( !bootscrub_marker_intact((void *)place[i], place[i]) )
            return false;

    return nr;
}

/*
 * The key is kept all the time, and the record of a session does not come to
 * be: because it cannot be written, or the power goes.  Nothing may take what
 * is in memory for noise.
 */
static void test_record_lost(void)
{
    static const struct {
        const char *what;
        EFI_STATUS status;
        struct mock_plan plan;
    } cases[] = {
        { "full", EFI_OUT_OF_RESOURCES, { 0 } },
        { "protected", EFI_WRITE_PROTECTED, { 0 } },
        { "not deleted", EFI_SUCCESS,
          { 1, 'd', MOCK_FAIL, EFI_DEVICE_ERROR } },
        { "dropped", EFI_SUCCESS, { 1, 's', MOCK_FAIL, EFI_SUCCESS } },
        { "cut before deletion", EFI_SUCCESS, { 1, 'd', MOCK_CUT_BEFORE, 0 } },
        { "cut in deletion", EFI_SUCCESS, { 1, 'd', MOCK_CUT_AFTER, 0 } },
        { "cut in planting", EFI_SUCCESS, { 2, 'a', MOCK_CUT_AFTER, 0 } },
        { "cut before the record", EFI_SUCCESS,
          { 1, 's', MOCK_CUT_BEFORE, 0 } },
        { "cut after the record", EFI_SUCCESS, { 1, 's', MOCK_CUT_AFTER, 0 } },
    };
    unsigned int i, back, assertion;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
        for ( back = 0; back < 2; back++ )
            for ( assertion = 0; assertion < 2; assertion++ )
            {
                struct mock_result r;
                uint64_t count;

                start(true);
                reset_keeping_key();
                count = mock_firmware.count;
                mock_firmware.set_status = cases[i].status;
                mock_firmware.plan = cases[i].plan;
                boot(&r);

                reset_keeping_key();
                if ( back )
                {
                    mock_firmware.count = count;
                    mock_firmware.tpm_reset--;
                }
                machine.options = assertion ? "auto,assert-encrypted" : "auto";
                boot(&r);
                machine.options = "auto";

                expect_num(true, r.verdict.gate[BOOTSCRUB_G_KEY] !=
                                 BOOTSCRUB_R_PROVEN &&
                                 r.verdict.reason != BOOTSCRUB_R_PROVEN,
                           "efi: record %s, key kept%s%s: not proved",
                           cases[i].what, back ? ", counters put back" : "",
                           assertion ? ", asserted" : "");
                expect_num(true, all_intact(),
                           "efi: record %s: all places are planted",
                           cases[i].what);
            }
}

/* What is left behind where the firmware does but half of what it is asked. */
static void test_leftovers(void)
{
    struct mock_result r;

    /* Less is covered, and the old record stays: so do its places. */
    start(true);
    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, MOCK_RAM + 64 * MIB,
                 ATTR_WB);
    mock_map_add(EfiConventionalMemory, MOCK_RAM + 65 * MIB, COVERED, ATTR_WB);
    mock_firmware.set_status = EFI_DEVICE_ERROR;
    boot(&r);
    expect_num(true, mock_firmware.record.there,
               "efi: an old record that stays");
    expect_num(true, all_intact(), "efi: its places are planted");

    /* A record that was written, though the firmware says that it was not. */
    start(true);
    mock_firmware.plan = (struct mock_plan){ 1, 's', MOCK_LIE,
                                             EFI_DEVICE_ERROR };
    boot(&r);
    expect_num(BOOTSCRUB_R_RECORD_NOT_WRITTEN,
               r.verdict.gate[BOOTSCRUB_G_RECORDED],
               "efi: a record that may be written");
    expect_num(false, mock_firmware.record.there,
               "efi: does not wait for the next session");
}

/* A page that somebody uses is not even looked at. */
static void test_place_in_use(void)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct mock_result r;

    start(true);
    find_places(place);
    mock_map_clear();
    mock_map_add(EfiConventionalMemory, MOCK_RAM, place[0], ATTR_WB);
    mock_map_add(EfiLoaderData, place[0], place[0] + 4096, ATTR_WB);
    mock_map_add(EfiConventionalMemory, place[0] + 4096, COVERED, ATTR_WB);
    mprotect((void *)place[0], 4096, PROT_NONE);
    boot(&r);
    mprotect((void *)place[0], 4096, PROT_READ | PROT_WRITE);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action, "efi: a place in use: skips");
    expect_num(1, r.facts.node[0].noise, "efi: a place in use: one noise");
    expect_num(2, r.facts.node[0].recorded, "efi: a place in use: of two");
}

/* The last bytes of NVRAM belong to others. */
static void test_reserve(void)
{
    static const struct {
        const char *what;
        uint64_t size, left;
        bool confirmed, written;
    } cases[] = {
        { "room for ours", 65536, 5120 + 256 + 32 + 1, false, true },
        { "no room", 65536, 5120 + 256 + 32, false, false },
        { "full", 65536, 0, false, false },
        { "full, but ours was there", 65536, 0, true, true },
        { "nobody knows", 0, 0, false, true },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct mock_result r;

        start(cases[i].confirmed);
        mock_firmware.nvram_size = cases[i].size;
        mock_firmware.nvram_left = cases[i].left;
        boot(&r);
        expect_num(cases[i].written, r.verdict.gate[BOOTSCRUB_G_RECORDED] ==
                                     BOOTSCRUB_R_PROVEN,
                   "efi: NVRAM: %s", cases[i].what);
        expect_num(cases[i].written, mock_firmware.record.there,
                   "efi: NVRAM: %s: a record", cases[i].what);
    }
}

/* A record of the first edition: 272 bytes, version 1. */
static void test_first_edition(void)
{
    struct mock_result r;

    start(true);
    mock_firmware.record.size = 272;
    mock_firmware.record.data[4] = 1;
    boot(&r);
    expect_num(BOOTSCRUB_R_RECORD_INVALID, r.verdict.reason,
               "efi: a record of the first edition");
    expect_num(0, r.facts.node[0].noise, "efi: its markers are not looked at");
    expect_num(true, recovers(), "efi: it does not stay");
}

/* What ACPI's tables say, and which processors come up. */
static void test_tables(void)
{
#define SKIP BOOTSCRUB_SKIP
#define HALF (MOCK_RAM + 64 * MIB)
    static const struct {
        const char *what;
        enum bootscrub_action action;
        bool node0, node1, receipt, scrubbed;
        struct mock_boot boot;
    } cases[] = {
        { "two nodes", SKIP, true, true, true, false, { .node1 = HALF } },
        { "placeholders in the MADT", SKIP, true, true, true, false,
          { .node1 = HALF, .nr_cpus = 6, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 0xffffffff, .x2apic_entry = true, .unknown = true },
              { 0x17161514, .x2apic_entry = true, .unknown = true },
              { 0xff, .unknown = true },
              { 7, .node = 1, .disabled = true } } } },
        { "a placeholder in x2APIC mode", SKIP, true, true, true, false,
          { .node1 = HALF, .x2apic = true, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 0xff, .node = 0xff, .unknown = true } } } },
        { "an ID that x2APIC mode allows", BOOTSCRUB_BACKGROUND, false, false,
          false, false,
          { .node1 = HALF, .x2apic = true, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1 },
              { 0x17161514, .x2apic_entry = true, .unknown = true } } } },
        { "a node without processors", SKIP, true, false, true, false,
          { .node1 = HALF, .nr_cpus = 1, .cpu = { { 0, .node = 0 } } } },
        { "the SRAT goes beyond the end of RAM", SKIP, true, true, true, false,
          { .nr_nodes = 2, .node = { { 0, HALF }, { HALF, 1ULL << 50 } } } },
        { "the SRAT is not used", BOOTSCRUB_BACKGROUND, false, false, false,
          false, { .node1 = HALF, .srat_unused = true } },
        { "no SRAT", SKIP, true, false, true, false,
          { .no_srat = true, .nr_cpus = 2, .cpu = { { 0 }, { 1 } } } },
        { "no SRAT, one left out", BOOTSCRUB_SYNC, false, false, false, true,
          { .no_srat = true, .nr_cpus = 2,
            .cpu = { { 0 }, { 1, .unknown = true } } } },
        { "no SRAT, its package was asked", SKIP, true, false, true, false,
          { .no_srat = true, .regs.package_shift = 1, .nr_cpus = 2,
            .cpu = { { 0 }, { 1, .down = true } } } },
        { "one does not come up", BOOTSCRUB_SYNC, true, false, false, true,
          { .node1 = HALF, .nr_cpus = 2, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1, .down = true } } } },
        { "its package is up", SKIP, true, true, true, false,
          { .node1 = HALF, .regs.package_shift = 1, .nr_cpus = 3, .cpu = {
              { 0, .node = 0 }, { 2, .node = 1 },
              { 3, .node = 1, .down = true } } } },
        { "one disagrees", BOOTSCRUB_SYNC, true, true, false, true,
          { .node1 = HALF, .nr_cpus = 2, .cpu = {
              { 0, .node = 0 }, { 1, .node = 1, .differs = true } } } },
        { "bad pages", SKIP, true, true, false, false,
          { .node1 = HALF, .badpages = true } },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        const struct mock_boot *c = &cases[i].boot;
        struct mock_boot m = intel;
        struct mock_result r;

        m.node1 = c->node1;
        m.nr_nodes = c->nr_nodes;
        memcpy(m.node, c->node, sizeof(m.node));
        m.no_srat = c->no_srat;
        m.srat_unused = c->srat_unused;
        m.x2apic = c->x2apic;
        m.badpages = c->badpages;
        m.nr_cpus = c->nr_cpus;
        m.regs.package_shift = c->regs.package_shift;
        memcpy(m.cpu, c->cpu, sizeof(m.cpu));
        m.nr_probes = 2;
        m.probe[0] = (struct bootscrub_range){ MOCK_RAM, HALF };
        m.probe[1] = (struct bootscrub_range){ HALF, COVERED };

        start(true);
        mock_run(&m, &r);
        expect_num(cases[i].action, r.verdict.action, "efi: tables: %s",
                   cases[i].what);
        expect_num(cases[i].scrubbed, r.scrubbed, "efi: tables: %s: scrubbed",
                   cases[i].what);
        expect_num(cases[i].receipt, r.verdict.receipt,
                   "efi: tables: %s: receipt", cases[i].what);
        if ( cases[i].action == SKIP )
        {
            expect_num(cases[i].node0 || c->no_srat, r.unmarked[0],
                       "efi: tables: %s: first node", cases[i].what);
            expect_num(cases[i].node1 || c->no_srat, r.unmarked[1],
                       "efi: tables: %s: second node", cases[i].what);
        }
        expect_num(false, r.unmarked_late[0] || r.unmarked_late[1],
                   "efi: tables: %s: nothing later", cases[i].what);
    }
}

/* Markers of a node without processors speak for no other. */
static void test_plain_node(void)
{
    struct mock_boot m = intel;
    struct mock_result r;
    uint64_t place[BOOTSCRUB_MAX_MARKERS];

    m.node1 = HALF;
    m.nr_cpus = 1;
    m.nr_probes = 2;
    m.probe[0] = (struct bootscrub_range){ MOCK_RAM, HALF };
    m.probe[1] = (struct bootscrub_range){ HALF, COVERED };

    start(true);
    find_places(place);
    bootscrub_marker_fill((void *)place[1], place[1]);
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_SKIP, r.verdict.action,
               "efi: readable memory without processors: skips");
    expect_num(true, r.unmarked[0] && !r.unmarked[1],
               "efi: readable memory without processors: not that");

    start(true);
    bootscrub_marker_fill((void *)place[1], place[1]);
    m.srat_unused = true;
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_R_MARKER_READABLE, r.verdict.reason,
               "efi: the same without the SRAT");

    start(true);
    bootscrub_marker_fill((void *)place[1], place[1]);
    m.srat_unused = false;
    m.nr_cpus = 0;
    mock_run(&m, &r);
    expect_num(BOOTSCRUB_R_MARKER_READABLE, r.verdict.reason,
               "efi: the same with processors");
}

/* AMD: sockets that share a node, and PSPs that are not there. */
static void test_amd_sockets(void)
{
    static const struct {
        const char *what;
        unsigned int psps, nr_cpus;
        uint64_t node1;
        bool no_srat, zen1, skips, receipt;
        unsigned int cbit;
    } cases[] = {
        { "two sockets, two PSPs", 2, 0, HALF, false, false, true, true, 0 },
        { "two sockets, one PSP", 1, 0, HALF, false, false, false, false, 0 },
        { "two sockets, one PSP, C-bit", 1, 0, HALF, false, false, true, true,
          47 },
        { "two sockets in a node", 2, 2, 0, true, false, false, true, 0 },
        { "one socket, no node", 1, 1, 0, true, false, true, true, 0 },
        { "Zen 1, four dies, one PSP", 1, 1, 0, true, true, false, false, 0 },
        { "Zen 1, four dies in a node", 4, 1, 0, true, true, false, true, 0 },
    };
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        struct mock_boot m = amd;
        struct mock_result r;

        m.regs.cbit = cases[i].cbit;
        m.regs.zen1 = cases[i].zen1;
        m.regs.dies = 4;
        m.node1 = cases[i].node1;
        m.no_srat = cases[i].no_srat;
        m.nr_cpus = cases[i].nr_cpus;
        m.cpu[1].apic_id = 1;

        start(false);
        mock_psps(cases[i].psps, MOCK_PSP_TSME);
        mock_run(&m, &r);
        expect_num(cases[i].receipt, r.verdict.receipt,
                   "efi: AMD: %s: receipt", cases[i].what);
        reset();
        mock_run(&m, &r);
        expect_num(cases[i].skips, r.verdict.action == BOOTSCRUB_SKIP,
                   "efi: AMD: %s: skips", cases[i].what);
    }
}

/* Eight boots of firmware that resets twice: which of them wait? */
static void test_two_resets(void)
{
    char waits[9] = "";
    struct mock_result r;
    unsigned int i;

    start(false);
    for ( i = 0; i < 8; i++ )
    {
        boot(&r);
        waits[i] = r.scrubbed ? 'w' : '-';
        reset();
        reset();
    }
    expect_str("w-w---w-", waits, "efi: two resets: which boots wait");

    start(false);
    for ( i = 0; i < 8; i++ )
    {
        mock_firmware.plan = (struct mock_plan){ 1, 't', MOCK_FAIL,
                                                 EFI_DEVICE_ERROR };
        boot(&r);
        waits[i] = r.scrubbed ? 'w' : '-';
        reset();
    }
    expect_str("w-w---w-", waits, "efi: no receipt: which boots wait");
}

/* On a firmware that fails or loses power: each call of a boot. */
static void test_failures(const EFI_STATUS *status, unsigned int nr)
{
    static const EFI_STATUS none = EFI_SUCCESS;

    try_all(MOCK_CUT_BEFORE, &none, 1, "power cut before each call");
    try_all(MOCK_CUT_AFTER, &none, 1, "power cut after each call");
    try_all(MOCK_FAIL, status, nr, "each call fails");
    try_all(MOCK_LIE, status, nr, "each call is done and fails");
}

void test_efi(void)
{
    machine = intel;
    test_order();
    test_not_asked();
    test_session();
    test_stale_token();
    test_record_lost();
    test_leftovers();
    test_place_in_use();
    test_reserve();
    test_first_edition();
    test_tables();
    test_plain_node();
    test_two_resets();
    test_failures(errors, ARRAY_SIZE(errors));
    try_with_status(EFI_OUT_OF_RESOURCES, "full");
    try_with_status(EFI_WRITE_PROTECTED, "protected");
    try_variables();
    try_damage();

    test_amd();
    test_amd_sockets();
    machine = amd;
    test_failures(errors, 1);
}
