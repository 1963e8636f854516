/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel that reads and writes registers as its command line says and
 * prints what came of it.  It knows nothing of what the registers mean; what
 * to expect is in the "run" script beside it.
 *
 * Words on the command line, each printed with its result:
 *   tme        CPUID.(EAX=7,ECX=0):ECX[13]
 *   sme        CPUID.8000001F: EBX and EAX
 *   cbit       a page written without the C-bit, then WBINVD: is the same read
 *              with the C-bit?  And without it again?
 *   cached     the same without WBINVD
 *   k<address> PCI configuration, type 1: device, function and register
 *   m<address>=<offset>  what is at an offset in the memory whose BAR is there
 *   r<msr>     read; <msr> and <value> are hexadecimal
 *   w<msr>=<value>
 *   ap         go on with the next word on the processor with APIC ID 1,
 *              started by INIT and startup IPI, again if it runs already
 *   reset      reset the machine once, then go on with the next word
 *   wait       go on when a byte arrives on the serial port
 */

#include <stdbool.h>
#include <stdint.h>

#define COM1        0x3f8
#define DEBUG_EXIT  0xf4
#define RESET_PORT  0xcf9

#define PCI_ADDRESS 0xcf8
#define PCI_DATA    0xcfc

#define AP_ENTRY    0x8000

/* A page to try the C-bit on, and the 2 MiB of addresses it is mapped at. */
#define PLAIN_PAGE  ((volatile uint32_t *)0x2000000)
#define ALIAS_PAGE  ((volatile uint32_t *)0x20000000)

/* RAM outlives a reset.  Neither firmware nor boot loader comes here. */
#define RESET_DONE  (*(volatile uint32_t *)0x1000000)
#define RESET_MAGIC 0x72657365

#define LAPIC_ICR_LOW  (*(volatile uint32_t *)0xfee00300)
#define LAPIC_ICR_HIGH (*(volatile uint32_t *)0xfee00310)
#define LAPIC_SVR      (*(volatile uint32_t *)0xfee000f0)

extern const char ap_trampoline[], ap_trampoline_end[];
extern const char gp_entry[], pf_entry[], fault_entry[];

int rdmsr_safe(uint32_t msr, uint64_t *val);
int wrmsr_safe(uint32_t msr, uint64_t val);
int read_safe(const volatile uint32_t *addr, uint32_t *val);

struct { uint16_t low, sel, type, high; } idt[32];

static const char *volatile words;
static volatile bool ap_wanted;

static void outb(uint16_t port, uint8_t val)
{
    asm volatile ( "outb %0, %1" :: "a" (val), "Nd" (port) );
}

static uint8_t inb(uint16_t port)
{
    uint8_t val;

    asm volatile ( "inb %1, %0" : "=a" (val) : "Nd" (port) );

    return val;
}

static void outl(uint16_t port, uint32_t val)
{
    asm volatile ( "outl %0, %1" :: "a" (val), "Nd" (port) );
}

static uint32_t inl(uint16_t port)
{
    uint32_t val;

    asm volatile ( "inl %1, %0" : "=a" (val) : "Nd" (port) );

    return val;
}

static void put(const char *s)
{
    for ( ; *s && *s != ' '; s++ )
        outb(COM1, *s);
}

static void put_hex(uint64_t val)
{
    for ( int shift = 60; shift >= 0; shift -= 4 )
        outb(COM1, "0123456789abcdef"[(val >> shift) & 15]);
}

static void __attribute__((noreturn)) finish(const char *how, uint8_t code)
{
    put(how);
    put("\n");
    outb(DEBUG_EXIT, code);
    for ( ; ; )
        asm volatile ( "hlt" );
}

void __attribute__((noreturn)) fatal(void)
{
    finish("unexpected-fault", 1);
}

static const char *parse_hex(const char *s, uint64_t *val)
{
    for ( *val = 0; ; s++ )
        if ( *s >= '0' && *s <= '9' )
            *val = *val * 16 + *s - '0';
        else if ( *s >= 'a' && *s <= 'f' )
            *val = *val * 16 + *s - 'a' + 10;
        else
            return s;
}

static void access_msr(const char *word)
{
    uint64_t msr, val = 0;
    const char *s = parse_hex(word + 1, &msr);
    bool gp;

    if ( *s == '=' )
        parse_hex(s + 1, &val);
    gp = *word == 'r' ? rdmsr_safe(msr, &val) : wrmsr_safe(msr, val);
    put("=");
    if ( gp )
        put("#GP");
    else if ( *word == 'r' )
        put_hex(val);
    else
        put("ok");
}

static void read_tme_bit(void)
{
    uint32_t a = 7, b, c = 0, d;

    asm volatile ( "cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d) );
    put(c & (1u << 13) ? "=1" : "=0");
}

static uint64_t read_sme_leaf(void)
{
    uint32_t a = 0x8000001f, b, c = 0, d;

    asm volatile ( "cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d) );

    return (uint64_t)b << 32 | a;
}

/* PAE: the first GiB as it is, but for one address, with the C-bit. */
static uint64_t pdpt[4] __attribute__((aligned(32)));
static uint64_t pd[512] __attribute__((aligned(4096)));

static void enable_paging(void)
{
    unsigned int cbit = (read_sme_leaf() >> 32) & 0x3f;

    for ( unsigned int i = 0; i < 512; i++ )
        pd[i] = i * 0x200000ull | 0x83;
    pd[(uint32_t)ALIAS_PAGE >> 21] =
        1ull << cbit | (uint32_t)PLAIN_PAGE | 0x83;
    pdpt[0] = (uint32_t)pd | 1;
    asm volatile ( "mov %%cr4, %%eax; or $0x20, %%eax; mov %%eax, %%cr4\n\t"
                   "mov %0, %%cr3\n\t"
                   "mov %%cr0, %%eax; or $0x80000000, %%eax; mov %%eax, %%cr0"
                   :: "r" (pdpt) : "eax", "memory" );
}

static void disable_paging(void)
{
    asm volatile ( "mov %%cr0, %%eax; and $0x7fffffff, %%eax\n\t"
                   "mov %%eax, %%cr0" ::: "eax", "memory" );
}

static void try_cbit(bool flush)
{
    uint32_t with = 0, without;
    bool pf;

    enable_paging();
    *PLAIN_PAGE = 0x12345678;
    if ( flush )
        asm volatile ( "wbinvd" ::: "memory" );
    pf = read_safe(ALIAS_PAGE, &with);
    asm volatile ( "wbinvd" ::: "memory" );
    without = *PLAIN_PAGE;
    disable_paging();

    put(pf ? "=#PF" : with == 0x12345678 ? "=same" : "=other");
    put(without == 0x12345678 ? ",same" : ",other");
}

static uint32_t read_config(uint32_t address)
{
    outl(PCI_ADDRESS, 1u << 31 | address);

    return inl(PCI_DATA);
}

static void read_pci(const char *word)
{
    uint64_t address, offset;
    const char *s = parse_hex(word + 1, &address);
    uint32_t val = read_config(address);

    if ( *word == 'm' )
    {
        parse_hex(s + 1, &offset);
        val = *(volatile uint32_t *)((val & ~15u) + (uint32_t)offset);
    }
    put("=");
    put_hex(val);
}

/* Intel SDM volume 3, "MP Initialization": INIT, then a startup IPI. */
static void __attribute__((noreturn)) serve_ap(void)
{
    char *to = (char *)AP_ENTRY;

    for ( const char *s = ap_trampoline; s < ap_trampoline_end; s++ )
        *to++ = *s;
    LAPIC_SVR |= 0x100;

    for ( ; ; )
    {
        while ( !ap_wanted )
            asm volatile ( "pause" );
        ap_wanted = false;
        LAPIC_ICR_HIGH = 1u << 24;
        LAPIC_ICR_LOW = 0x4500;
        LAPIC_ICR_HIGH = 1u << 24;
        LAPIC_ICR_LOW = 0x4600 | (AP_ENTRY >> 12);
    }
}

static void __attribute__((noreturn)) go_to_ap(bool on_bsp)
{
    ap_wanted = true;
    if ( on_bsp )
        serve_ap();
    for ( ; ; )
        asm volatile ( "pause" );
}

static void reset_once(void)
{
    if ( RESET_DONE == RESET_MAGIC )
        return;
    RESET_DONE = RESET_MAGIC;
    outb(RESET_PORT, 0x06);
    for ( ; ; )
        asm volatile ( "hlt" );
}

static void wait_for_byte(void)
{
    while ( !(inb(COM1 + 5) & 1) )
        asm volatile ( "pause" );
    inb(COM1);
}

static const char *next_word(const char *s)
{
    while ( *s && *s != ' ' )
        s++;
    while ( *s == ' ' )
        s++;

    return s;
}

static bool is(const char *word, const char *name)
{
    while ( *name && *word == *name )
        word++, name++;

    return !*name && (!*word || *word == ' ');
}

static bool is_access(const char *word)
{
    return (*word == 'r' || *word == 'w') &&
           word[1] >= '0' && word[1] <= '9';
}

static bool is_pci(const char *word)
{
    return (*word == 'k' || *word == 'm') &&
           word[1] >= '0' && word[1] <= '9';
}

/* Returns false if the word is none of those that print a result. */
static bool run_word(const char *word)
{
    if ( is(word, "tme") )
        read_tme_bit();
    else if ( is(word, "sme") )
    {
        put("=");
        put_hex(read_sme_leaf());
    }
    else if ( is(word, "cbit") || is(word, "cached") )
        try_cbit(is(word, "cbit"));
    else if ( is_pci(word) )
        read_pci(word);
    else if ( is_access(word) )
        access_msr(word);
    else
        return false;

    return true;
}

static void __attribute__((noreturn)) run(bool on_bsp)
{
    while ( *words )
    {
        const char *word = words;
        bool known;

        words = next_word(word);
        put(">");
        put(word);
        known = run_word(word);
        put("\n");

        if ( is(word, "ap") )
            go_to_ap(on_bsp);
        else if ( is(word, "reset") )
            reset_once();
        else if ( is(word, "wait") )
            wait_for_byte();
        else if ( !known )
            finish("unknown-word", 2);
    }
    finish("done", 0x10);
}

/* Only the words after "reset" are for the second boot. */
static const char *skip_to_reset(const char *s)
{
    for ( const char *word = s; *word; word = next_word(word) )
        if ( is(word, "reset") )
            return word;

    return s;
}

void __attribute__((noreturn)) ap_main(void)
{
    run(false);
}

/* Multiboot specification 0.6.96, section 3.3: cmdline is at offset 16. */
void __attribute__((noreturn)) bsp_main(const uint32_t *info)
{
    for ( unsigned int i = 0; i < 32; i++ )
    {
        uint32_t entry = (uint32_t)(i == 13 ? gp_entry :
                                    i == 14 ? pf_entry : fault_entry);

        idt[i].low = entry;
        idt[i].sel = 8;
        idt[i].type = 0x8e00;
        idt[i].high = entry >> 16;
    }

    /* The first word is the kernel's name. */
    words = next_word((const char *)info[4]);
    if ( RESET_DONE == RESET_MAGIC )
        words = skip_to_reset(words);
    run(true);
}
