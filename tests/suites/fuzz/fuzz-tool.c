/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen-bootscrub, whole: any words on its command line, and any text in hypfs.
 * What it prints is no danger to a terminal, and its monitoring is content
 * with nothing but a proven skip.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <efivar/efivar.h>
#include <xenctrl.h>
#include <xenguest.h>
#include <xenhypfs.h>

#include "tool.h"

#define MAX_WORDS  8
#define MAX_LEAVES 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int tool_main(int argc, char **argv);

/*
 * The input: the words, then pairs of a leaf's name below /bootscrub and its
 * text.  Each is a string of its own.
 */
static struct {
    const char *name, *text;
} leaves[MAX_LEAVES];
static unsigned int nr_leaves;

/* --- What stands in for Xen's libraries and the machine --- */

static const char *leaf(const char *path)
{
    static const char directory[] = "/bootscrub/";
    unsigned int i;

    if ( !strncmp(path, directory, sizeof(directory) - 1) )
        path += sizeof(directory) - 1;

    for ( i = 0; i < nr_leaves; i++ )
        if ( !strcmp(path, leaves[i].name) )
            return leaves[i].text;

    return NULL;
}

xenhypfs_handle *xenhypfs_open(xentoollog_logger *logger, unsigned int flags)
{
    return (xenhypfs_handle *)leaves;
}

int xenhypfs_close(xenhypfs_handle *handle)
{
    return 0;
}

char *xenhypfs_read(xenhypfs_handle *handle, const char *path)
{
    const char *text = leaf(path);

    errno = ENOENT;

    return text ? strdup(text) : NULL;
}

xc_interface *xc_interface_open(xentoollog_logger *logger,
                                xentoollog_logger *dombuild_logger,
                                unsigned int flags)
{
    return (xc_interface *)leaves;
}

int xc_interface_close(xc_interface *xc)
{
    return 0;
}

int xc_get_cpu_featureset(xc_interface *xc, uint32_t index, uint32_t *nr,
                          uint32_t *words)
{
    const char *text = leaf("features");

    return text && sscanf(text, "%x,%x", &words[1], &words[6]) == 2 ? 0 : -1;
}

int tool_open(const char *path, int flags, ...);
FILE *tool_fopen(const char *path, const char *mode);
DIR *tool_opendir(const char *path);
int tool_access(const char *path, int mode);
uid_t tool_geteuid(void);
unsigned int tool_sleep(unsigned int seconds);
int tool_fsync(int fd);
enum bootscrub_state receipt_present(void);
bool cpuid_read(unsigned int number, unsigned int r[4]);

int tool_open(const char *path, int flags, ...)
{
    errno = ENOENT;

    return -1;
}

/*
 * An older report, SMBIOS and the like are leaves by the names of their files.
 * No leaf can have a zero: SMBIOS has a slash for it.
 */
FILE *tool_fopen(const char *path, const char *mode)
{
    static char type[] = "xen\n", table[4096], appended[4096];
    const char *text = leaf(path);
    char *slash;

    if ( !strcmp(path, "/sys/hypervisor/type") )
        return leaf("xen") ? fmemopen(type, sizeof(type) - 1, "r") : NULL;

    errno = ENOENT;
    if ( *mode == 'a' )
        return fmemopen(appended, sizeof(appended), "w");
    if ( !text || !*text )
        return NULL;

    if ( strcmp(path, "/sys/firmware/dmi/tables/DMI") )
        return fmemopen((char *)text, strlen(text), "r");

    snprintf(table, sizeof(table), "%s", text);
    for ( slash = table; (slash = strchr(slash, '/')); )
        *slash++ = '\0';

    return fmemopen(table, strlen(text) < sizeof(table)
                           ? strlen(text) : sizeof(table), "r");
}

int tool_access(const char *path, int mode)
{
    return leaf(path) ? 0 : -1;
}

uid_t tool_geteuid(void)
{
    return 0;
}

/* What is left does not become less in this world: an end to the wait. */
unsigned int tool_sleep(unsigned int seconds)
{
    nr_leaves = 0;

    return 0;
}

int tool_fsync(int fd)
{
    return 0;
}

/* In place of forget.c, for all of it is libefivar's. */
enum bootscrub_state receipt_present(void)
{
    return leaf("receipt-there") ? BOOTSCRUB_PROVED : BOOTSCRUB_UNKNOWN;
}

int cmd_forget(void)
{
    return EXIT_NO;
}

/* In place of cpuid.c: every register of every leaf is the same. */
bool cpuid_read(unsigned int number, unsigned int r[4])
{
    const char *text = leaf("cpuid");
    unsigned int i;

    for ( i = 0; text && i < 4; i++ )
        r[i] = strtoul(text, NULL, 16);

    return text;
}

int efi_variables_supported(void)
{
    return 0;
}

int efi_get_variable(efi_guid_t guid, const char *name, uint8_t **data,
                     size_t *size, uint32_t *attributes)
{
    return -1;
}

/* --- One run --- */

static bool is(const char *name, const char *text)
{
    return leaf(name) && !strcmp(leaf(name), text);
}

static const char *next_string(const char **from, const char *end)
{
    const char *string = *from;

    if ( string >= end )
        return NULL;
    *from += strlen(string) + 1;

    return string;
}

static unsigned int split(char *words, char **argv)
{
    unsigned int argc = 0;
    char *word;

    for ( argv[argc++] = "xen-bootscrub"; argc < MAX_WORDS; argc++ )
    {
        word = strtok(argc == 1 ? words : NULL, " ");
        if ( !word )
            break;
        argv[argc] = word;
    }
    argv[argc] = NULL;

    return argc;
}

static void check(const char *said, size_t size)
{
    size_t i;

    for ( i = 0; i < size; i++ )
        if ( (said[i] < ' ' || said[i] > '~') && said[i] != '\n' )
            abort();

    if ( !strncmp(said, "BOOTSCRUB OK", 12) &&
         (!is("verdict", "skipped") || !is("reason", "proven")) )
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1), *argv[MAX_WORDS + 1], *words;
    const char *next = copy, *end = copy + size;
    FILE *out = stdout, *errors = stderr;
    char *said = NULL, *complaint = NULL;
    size_t said_size, complaint_size;

    memcpy(copy, data, size);
    copy[size] = '\0';
    words = (char *)next_string(&next, end);

    for ( nr_leaves = 0; words && nr_leaves < MAX_LEAVES; nr_leaves++ )
    {
        leaves[nr_leaves].name = next_string(&next, end);
        leaves[nr_leaves].text = next_string(&next, end);
        if ( !leaves[nr_leaves].text )
            break;
    }

    if ( words )
    {
        stdout = open_memstream(&said, &said_size);
        stderr = open_memstream(&complaint, &complaint_size);
        optind = 0;
        tool_main(split(words, argv), argv);
        fclose(stdout);
        fclose(stderr);
        stdout = out;
        stderr = errors;
        check(said, said_size);
    }

    free(said);
    free(complaint);
    free(copy);

    return 0;
}

/* No PSP. */
DIR *tool_opendir(const char *path)
{
    return NULL;
}
