/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be seen of this machine from a running Linux, as YAML.  Markers,
 * and what a reset does to the key, only programs see that run before it.
 */

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <efivar/efivar.h>
#include <xen/lib/bootscrub/tpm.h>

#include "dmi.h"
#include "probe.h"
#include "tool.h"

#define FORMAT   1
#define MAX_SETS 8
#define DMI_ROOM (1U << 20)

static const char *yes(bool b)
{
    return b ? "true" : "false";
}

/* How much there is of the file, at most @size bytes. */
static size_t slurp(const char *path, void *buf, size_t size)
{
    FILE *file = fopen(path, "r");
    size_t got = 0;

    if ( file )
    {
        got = fread(buf, 1, size, file);
        fclose(file);
    }

    return got;
}

/* --- The machine --------------------------------------------------------- */

static void add_dmi(FILE *out)
{
    uint8_t *table = malloc(DMI_ROOM);
    struct machine m;
    unsigned int i;
    size_t size = 0;

    if ( table )
        size = slurp("/sys/firmware/dmi/tables/DMI", table, DMI_ROOM);
    dmi_read(table, table + size, &m);
    free(table);

    fprintf(out, "firmware:\n  vendor: \"%s\"\n  version: \"%s\"\n"
            "  date: \"%s\"\n  uefi: null\n", m.firmware_vendor,
            m.firmware_version, m.firmware_date);
    fprintf(out, "system:\n  vendor: \"%s\"\n  product: \"%s\"\n"
            "  version: \"%s\"\n", m.vendor, m.product, m.product_version);
    fprintf(out, "board:\n  vendor: \"%s\"\n  product: \"%s\"\n"
            "  version: \"%s\"\n", m.board_vendor, m.board, m.board_version);

    fprintf(out, "memory:\n  ecc: %s\n  modules:%s\n", dmi_ecc_name(m.ecc),
            m.nr_modules ? "" : " []");
    for ( i = 0; i < m.nr_modules; i++ )
        fprintf(out, "  - {mib: %" PRIu64 ", type: %u, total-width: %u, "
                "data-width: %u, speed: %u, vendor: \"%s\"}\n",
                m.module[i].mib, m.module[i].type, m.module[i].total_width,
                m.module[i].data_width, m.module[i].speed,
                m.module[i].vendor);
}

/* QEMU's tables say so where no hypervisor does, as it emulates one. */
static bool is_emulated(const struct probe *p)
{
    char header[16] = "";

    /* ACPI 6.5, section 5.2.6: OEMID is at offset 10. */
    slurp("/sys/firmware/acpi/tables/FACP", header, sizeof(header));

    return p->regs.hypervisor || !memcmp(header + 10, "BOCHS ", 6);
}

static void add_processor(FILE *out, const struct probe *p)
{
    unsigned int leaf[4], i;
    char name[49] = "", text[16] = "", *c;

    for ( i = 0; i < 3; i++ )
        if ( cpuid_read(0x80000002U + i, leaf) )
            memcpy(name + i * sizeof(leaf), leaf, sizeof(leaf));
    for ( c = name; *c; c++ )
        if ( *c < ' ' || *c > '~' || *c == '"' || *c == '\\' )
            *c = ' ';
    while ( c > name && c[-1] == ' ' )
        *--c = '\0';

    slurp("/sys/devices/system/cpu/cpu0/microcode/version", text,
          sizeof(text) - 1);
    if ( !cpuid_read(1, leaf) )
        leaf[0] = 0;
    fprintf(out, "processor:\n  vendor: %s\n  name: \"%s\"\n"
            "  signature: 0x%08x\n  microcode: 0x%08lx\n",
            p->regs.intel ? "Intel" : p->amd ? "AMD" : "other", name, leaf[0],
            strtoul(text, NULL, 16) & UINT32_MAX);
}

/* --- Registers ----------------------------------------------------------- */

struct sets {
    unsigned int processors, unasked, nr;
    struct {
        unsigned int nr, first;
        struct memcrypt_regs regs;
    } set[MAX_SETS];
};

static bool is_same(const struct memcrypt_regs *a,
                    const struct memcrypt_regs *b)
{
    return a->readable == b->readable && a->capability == b->capability &&
           a->activate == b->activate && a->exclude_mask == b->exclude_mask &&
           a->exclude_base == b->exclude_base && a->syscfg == b->syscfg;
}

static void enter(struct sets *s, unsigned int cpu,
                  const struct memcrypt_regs *r)
{
    unsigned int i;

    for ( i = 0; i < s->nr; i++ )
        if ( is_same(&s->set[i].regs, r) )
        {
            s->set[i].nr++;
            return;
        }

    if ( i == MAX_SETS )
        return;

    s->set[i].nr = 1;
    s->set[i].first = cpu;
    s->set[i].regs = *r;
    s->nr++;
}

/* Under Xen the MSRs are Xen's own. */
static void ask_processors(struct sets *s, const struct probe *p, bool xen)
{
    long nr = sysconf(_SC_NPROCESSORS_CONF);
    unsigned int cpu;

    for ( cpu = 0; cpu < nr; cpu++ )
    {
        struct memcrypt_regs r = p->regs;

        r.readable = false;
        s->processors++;
        if ( !xen && ((!r.tme && !r.sme) || probe_cpu(cpu, &r)) )
            enter(s, cpu, &r);
        else
            s->unasked++;
    }

    if ( s->unasked && !xen )
        fail("%u processors could not be asked about memory encryption: they "
             "are offline, or the module msr is not loaded", s->unasked);
}

static void add_registers(FILE *out, const struct sets *s)
{
    unsigned int i;

    fprintf(out, "  processors: %u\n  processors-without-answer: %u\n"
            "  registers:%s\n", s->processors, s->unasked,
            s->nr ? "" : " []");
    for ( i = 0; i < s->nr; i++ )
    {
        const struct memcrypt_regs *r = &s->set[i].regs;

        fprintf(out, "  - processors: %u\n    first-cpu: %u\n    tme: %s\n"
                "    sme: %s\n    readable: %s\n", s->set[i].nr,
                s->set[i].first, yes(r->tme), yes(r->sme), yes(r->readable));
        if ( r->tme )
            fprintf(out, "    capability: 0x%" PRIx64 "\n"
                    "    activate: 0x%" PRIx64 "\n"
                    "    exclude-mask: 0x%" PRIx64 "\n"
                    "    exclude-base: 0x%" PRIx64 "\n", r->capability,
                    r->activate, r->exclude_mask, r->exclude_base);
        if ( r->sme )
            fprintf(out, "    syscfg: 0x%" PRIx64 "\n    c-bit: %u\n",
                    r->syscfg, r->cbit);
        fprintf(out, "    physical-address-bits: %u\n", r->maxphysaddr);
    }
}

struct psps {
    FILE *out;
    unsigned int nr;
};

static void add_psp(void *arg, const char *at, enum psp_says says)
{
    struct psps *psps = arg;
    char path[512], id[16] = "";

    snprintf(path, sizeof(path), "/sys/bus/pci/drivers/ccp/%s/device", at);
    slurp(path, id, sizeof(id) - 1);
    fprintf(psps->out, "%s  - {at: \"%s\", id: \"1022:%04lx\", tsme: %s}\n",
            psps->nr++ ? "" : "  psps:\n", at,
            strtoul(id, NULL, 16) & 0xffff,
            says == PSP_SILENT ? "null" : yes(says == PSP_TSME));
}

static void add_psps(FILE *out)
{
    struct psps psps = { out, 0 };

    probe_psps(add_psp, &psps);
    if ( !psps.nr )
        fputs("  psps: []\n", out);
}

/* --- Counters ------------------------------------------------------------ */

/* EDK2's gMtcVendorGuid */
static const efi_guid_t mtc_guid =
    EFI_GUID(0xeb704011, 0x1402, 0x11d3, 0x8e77,
             0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b);

/*
 * The upper half of the monotonic count goes up by one at each boot.  Xen asks
 * for it while it boots.  Firmware that is made from EDK2 keeps it in a
 * variable, which can be read at any time (MonotonicCounterRuntimeDxe).
 */
static void add_monotonic(FILE *out, const struct status *s)
{
    uint32_t count, attributes;
    uint8_t *data = NULL;
    size_t size;

    if ( s && s->boot_counter_is.known )
        fprintf(out, "  monotonic-count: 0x%" PRIx64 "\n",
                s->boot_counter_is.number << 32);
    else if ( efi_variables_supported() &&
         !efi_get_variable(mtc_guid, "MTC", &data, &size, &attributes) &&
         size == sizeof(count) )
    {
        memcpy(&count, data, sizeof(count));
        fprintf(out, "  monotonic-count: 0x%" PRIx64 "\n",
                (uint64_t)count << 32);
    }
    else
        fputs("  monotonic-count: null\n", out);
    free(data);
}

static uint64_t get(const uint8_t *p, unsigned int bytes)
{
    uint64_t val = 0;

    while ( bytes-- )
        val = val << 8 | *p++;

    return val;
}

static bool read_clock(uint8_t r[BOOTSCRUB_TPM_RESPONSE_SIZE])
{
    uint8_t command[BOOTSCRUB_TPM_COMMAND_SIZE];
    int fd = open("/dev/tpmrm0", O_RDWR);
    bool good;

    if ( fd < 0 )
        return false;

    bootscrub_tpm_command(command);
    good = write(fd, command, sizeof(command)) == sizeof(command) &&
           read(fd, r, BOOTSCRUB_TPM_RESPONSE_SIZE) ==
           BOOTSCRUB_TPM_RESPONSE_SIZE;
    close(fd);

    /* TPM 2.0, part 3, section 29.1: no sessions, its size, success. */
    return good && get(r, 2) == 0x8001 &&
           get(r + 2, 4) == BOOTSCRUB_TPM_RESPONSE_SIZE && !get(r + 6, 4);
}

/* TPM 2.0, part 2, section 10.11.1. */
static void add_tpm(FILE *out)
{
    uint8_t r[BOOTSCRUB_TPM_RESPONSE_SIZE];

    if ( read_clock(r) )
        fprintf(out, "  tpm: {resets: %" PRIu64 ", restarts: %" PRIu64
                ", clock-ms: %" PRIu64 ", safe: %s}\n", get(r + 26, 4),
                get(r + 30, 4), get(r + 18, 8), yes(r[34]));
    else
        fputs("  tpm: null\n", out);
}

/* --- What it means ------------------------------------------------------- */

static enum memcrypt_state state_of(const struct probe *p,
                                    const struct memcrypt *m)
{
    if ( !p->known )
        return MEMCRYPT_UNKNOWN;

    if ( p->amd )
        return p->plain ? MEMCRYPT_NOT_ACTIVE :
               p->tsme && !p->silent ? MEMCRYPT_ACTIVE : MEMCRYPT_UNKNOWN;

    return m->state;
}

static void add_facts(FILE *out, const struct probe *p, const struct sets *s)
{
    static const char *const states[] = {
        [MEMCRYPT_UNKNOWN] = "unknown", [MEMCRYPT_ACTIVE] = "active",
        [MEMCRYPT_NOT_SUPPORTED] = "not-supported",
        [MEMCRYPT_NOT_ACTIVE] = "not-active",
        [MEMCRYPT_BYPASSED] = "bypassed",
        [MEMCRYPT_NOT_LOCKED] = "not-locked",
    };
    static const char *const keys[] = {
        [MEMCRYPT_KEY_UNTOLD] = "untold", [MEMCRYPT_KEY_NEW] = "new",
        [MEMCRYPT_KEY_RESTORED] = "restored",
    };
    struct memcrypt m;

    memcrypt_decode(s->nr ? &s->set[0].regs : &p->regs, &m);
    fprintf(out, "  facts:\n    hypervisor: %s\n    encryption: %s\n"
            "    key: %s\n", yes(p->regs.hypervisor),
            s->nr > 1 ? "cpus-disagree" : states[state_of(p, &m)],
            s->nr > 1 || m.state != MEMCRYPT_ACTIVE ? "unknown" : keys[m.key]);
}

/* What Xen saw in this boot, if it was booted with bootscrub=auto. */
static void add_xen(FILE *out, const struct status *s)
{
    /* Of another version, it may mean anything. */
    bool known = s && find_reason(s->reason);

    if ( !s )
    {
        fputs("  xen: null\n", out);
        return;
    }

    fprintf(out, "  xen: {verdict: \"%s\", reason: \"%s\", key: \"%s\", "
            "noise: %" PRIu64 ", cleared: %" PRIu64 ", overwritten: %" PRIu64
            ", readable: %" PRIu64 "}\n", known ? s->verdict : "unknown",
            known ? s->reason : "unknown", known ? s->key : "unknown",
            s->markers_noise, s->markers_cleared, s->markers_overwritten,
            s->markers_readable);
}

static void add_time(FILE *out)
{
    time_t now = time(NULL);
    char text[32] = "";
    struct tm tm;

    if ( gmtime_r(&now, &tm) )
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
    fprintf(out, "  came: \"%s\"\n", text);
}

static void write_report(FILE *out, bool xen)
{
    struct sets sets = {};
    struct status s = {};
    struct probe p;
    bool told = xen && auto_in_force() && status_read(&s);

    if ( xen )
        probe_xen(&p);
    else
        probe_linux(&p);
    ask_processors(&sets, &p, xen);

    fprintf(out, "# Report of xen-bootscrub(8)\n"
            "format: %u\nby: xen-bootscrub\nemulated: %s\n", FORMAT,
            yes(is_emulated(&p)));
    add_dmi(out);
    add_processor(out, &p);
    fputs("steps:\n- step: 1\n", out);
    add_time(out);
    add_registers(out, &sets);
    add_psps(out);
    add_monotonic(out, told ? &s : NULL);
    add_tpm(out);
    add_facts(out, &p, &sets);
    add_xen(out, told ? &s : NULL);
    status_free(&s);
}

/* All of it, or NULL; to be freed. */
static char *read_old(const char *name)
{
    const size_t most = 4U << 20;
    char *text = malloc(most + 1);
    FILE *file = fopen(name, "r");
    size_t size = 0;
    bool good = text && file;

    if ( good )
    {
        size = fread(text, 1, most, file);
        good = !ferror(file) && size < most && !memchr(text, '\0', size);
        text[size] = '\0';
    }
    if ( file )
        fclose(file);
    if ( !good )
    {
        fail("%s cannot be read, or is no report: give a file that "
             "\"xen-bootscrub report\" has written", name);
        free(text);
        text = NULL;
    }

    return text;
}

int cmd_report(const char *old_name)
{
    bool xen = running_on_xen();
    char *old = NULL, *text = NULL;
    int result = EXIT_ERROR;
    size_t size;
    FILE *out;

    if ( geteuid() )
    {
        fail("only root may read registers, tables and the TPM: run this as "
             "root, or with sudo");
        return EXIT_ERROR;
    }

    if ( old_name && !(old = read_old(old_name)) )
        return EXIT_ERROR;

    if ( xen && (!can_ask_xen() || !hypfs_open()) )
    {
        free(old);
        return EXIT_ERROR;
    }

    out = open_memstream(&text, &size);
    if ( out )
    {
        write_report(out, xen);
        if ( fclose(out) )
            fail("out of memory");
        else if ( old )
            result = compare(old, text);
        else
            result = fputs(text, stdout) < 0 ? EXIT_ERROR : EXIT_OK;
    }

    hypfs_close();
    free(text);
    free(old);

    return result;
}
