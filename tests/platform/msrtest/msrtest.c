/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel that reads and writes model-specific registers as its command
 * line says and prints what came of it.  It knows nothing of what the
 * registers mean; what to expect is in the "run" script beside it.
 *
 * Words on the command line, each printed with its result:
 *   tme        CPUID.(EAX=7,ECX=0):ECX[13]
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

#define AP_ENTRY    0x8000

/* RAM outlives a reset.  Neither firmware nor boot loader comes here. */
#define RESET_DONE  (*(volatile uint32_t *)0x1000000)
#define RESET_MAGIC 0x72657365

#define LAPIC_ICR_LOW  (*(volatile uint32_t *)0xfee00300)
#define LAPIC_ICR_HIGH (*(volatile uint32_t *)0xfee00310)
#define LAPIC_SVR      (*(volatile uint32_t *)0xfee000f0)

extern const char ap_trampoline[], ap_trampoline_end[];
extern const char gp_entry[], fault_entry[];

int rdmsr_safe(uint32_t msr, uint64_t *val);
int wrmsr_safe(uint32_t msr, uint64_t val);

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

static void __attribute__((noreturn)) run(bool on_bsp)
{
    while ( *words )
    {
        const char *word = words;

        words = next_word(word);
        put(">");
        put(word);
        if ( is(word, "tme") )
            read_tme_bit();
        else if ( is_access(word) )
            access_msr(word);
        put("\n");

        if ( is(word, "ap") )
            go_to_ap(on_bsp);
        else if ( is(word, "reset") )
            reset_once();
        else if ( is(word, "wait") )
            wait_for_byte();
        else if ( !is(word, "tme") && !is_access(word) )
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
        uint32_t entry = (uint32_t)(i == 13 ? gp_entry : fault_entry);

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
