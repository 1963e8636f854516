/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the test dom0 share: printing, words of text, time, the
 * ways to end, and the commands.  Xen's interface is in hypercall.h.
 */

#ifndef DOM0_H
#define DOM0_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * console.c.  Knows %s %c %d %u %x %% with l, zero padding and a width.  A
 * line reaches Xen in one piece when it is shorter than 1024 bytes.
 */
void printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_hex(const uint8_t *data, size_t size);

/* text.c */
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int memcmp(const void *a, const void *b, size_t n);
void *memcpy(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);

/* Cuts *s at the first sep (all of it if there is none), returns the part. */
char *cut(char **s, char sep);
/* The same at the last sep: returns what follows it, NULL if there is none. */
char *cut_last(char *s, char sep);
/* All of s, in base 10 or 16, no sign.  False if it is not a number. */
bool parse_number(const char *s, unsigned int base, uint64_t *value);
/* Pairs of hexadecimal digits.  Returns the bytes, -1 if there is no room. */
int parse_hex(const char *s, uint8_t *data, size_t room);

/* time.c: nanoseconds since Xen started its clock */
void time_init(void);
uint64_t now(void);
void sleep_until(uint64_t ns);

/* trap.c */
void trap_init(void);

/* domain.c: a domain to own memory, and nothing else */
struct domctl;
long domctl(struct domctl *op);
/* Creates domain @id, if it does not exist; 0 or an error of Xen's. */
long domain_create(uint16_t id);
long domain_destroy(uint16_t id);

/*
 * frames.c: machine frames that are not in our address space.  Maps up to
 * WINDOW_FRAMES of them, of domain @owner (DOMID_SELF: ours), and returns
 * where; NULL if Xen refuses one.
 */
#define WINDOW_FRAMES 512
struct start_info;
void frames_init(const struct start_info *si);
void *frames_map(const uint64_t *mfn, unsigned int nr, uint16_t owner);
void frames_unmap(void);

/* claim.c */
void claim_init(const struct start_info *si);

/* efi.c */
void efi_init(const struct start_info *si);

/*
 * main.c: ends the run with QEMU's exit status (code << 1) | 1, which takes
 * its isa-debug-exit device.  Codes of our own:
 */
#define EXIT_OK     0
#define EXIT_FAILED 1
#define EXIT_TRAP   2
void finish(unsigned int code) __attribute__((noreturn));

/*
 * The commands.  arg is what follows the '=', an empty string if there is
 * none; it may be cut up.  Each prints what it found and returns whether it
 * could do what it was told.
 */
bool cmd_claim(char *arg);
bool cmd_counter(char *arg);
bool cmd_cpu_online(char *arg);
bool cmd_crash(char *arg);
bool cmd_destroy(char *arg);
bool cmd_efi_calls(char *arg);
bool cmd_exit(char *arg);
bool cmd_fill(char *arg);
bool cmd_forge(char *arg);
bool cmd_give(char *arg);
bool cmd_heap(char *arg);
bool cmd_hypfs(char *arg);
bool cmd_hypfs_write(char *arg);
bool cmd_log(char *arg);
bool cmd_map(char *arg);
bool cmd_markers(char *arg);
bool cmd_mem(char *arg);
bool cmd_peek(char *arg);
bool cmd_reboot(char *arg);
bool cmd_release(char *arg);
bool cmd_scan(char *arg);
bool cmd_sleep(char *arg);
bool cmd_suspend(char *arg);
bool cmd_time(char *arg);
bool cmd_var_attributes(char *arg);
bool cmd_var_copy(char *arg);
bool cmd_var_del(char *arg);
bool cmd_var_fill(char *arg);
bool cmd_var_get(char *arg);
bool cmd_var_list(char *arg);
bool cmd_var_set(char *arg);
bool cmd_wait_leaf(char *arg);

#endif
