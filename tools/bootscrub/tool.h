/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of xen-bootscrub share.  Words for gates and reasons come
 * from Xen's table, by way of words.c; no other file knows any.
 */
#ifndef BOOTSCRUB_TOOL_H
#define BOOTSCRUB_TOOL_H

#include <stdio.h>

#include <xen/lib/bootscrub/decide.h>

/* Exit status.  "monitor" uses the same numbers as its kind of tools does. */
enum {
    EXIT_OK = 0,
    EXIT_NO = 1,      /* check: it would scrub; forget: refused. */
    EXIT_PERHAPS = 2, /* check: it cannot be known. */
    EXIT_ERROR = 3,   /* What was asked for could not be done. */
};

enum {
    MONITOR_OK = 0,
    MONITOR_WARNING = 1,
    MONITOR_CRITICAL = 2,
    MONITOR_UNKNOWN = 3,
};

/* words.c */
struct reason {
    const char *token, *sentence, *remedy;
    enum bootscrub_state state;
};

struct gate {
    const char *token, *sentence;
};

extern const struct reason reasons[BOOTSCRUB_NR_REASONS];
extern const struct gate gates[BOOTSCRUB_NR_GATES];

/* NULL if there is none of that name. */
const struct reason *find_reason(const char *token);
const struct gate *find_gate(const char *token);
/* The token that differs in at most two letters, or NULL. */
const char *nearest_token(const char *token);
/* "proved", "disproved" or "unknown". */
const char *state_name(enum bootscrub_state state);

/* A number that Xen may not know. */
struct maybe {
    bool known;
    uint64_t number;
};

/* What Xen says of this boot: strings are printable, never NULL. */
struct status {
#define STRING(id, name, sentence) char *id;
#define NUMBER(id, name, sentence) uint64_t id;
#define MAYBE(id, name, sentence)  struct maybe id;
#define LIVE(id, name, sentence)   uint64_t id;
#include <xen/bootscrub-leaves.h>
    char *gate[BOOTSCRUB_NR_GATES]; /* "proved", or the token of a reason */
};

/* hypfs.c: all of these say on stderr what is wrong, and return false. */
bool hypfs_open(void);
void hypfs_close(void);
bool status_read(struct status *s);
bool unscrubbed_read(uint64_t *bytes);
void status_free(struct status *s);
/*
 * Is bootscrub=auto in force?  Says nothing.  True, too, if Xen does not tell:
 * then status_read() fails, and says why.
 */
bool auto_in_force(void);
/* Does this Xen know auto?  UNKNOWN if it does not tell. */
enum bootscrub_state auto_supported(void);

/* xen.c */
bool running_on_xen(void);
/* True if Xen can be asked; else says what is missing, and why. */
bool can_ask_xen(void);

/* screen.c */
void screen_init(void);
/* Nothing in @text is a danger to the terminal any more. */
void make_printable(char *text);
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What fail() said last; "" if nothing. */
const char *last_failure(void);
/* "LABEL  text", folded to the terminal's width and indented below. */
void field(const char *label, enum bootscrub_state state, const char *text);
void heading(const char *text);
/* A line that is overwritten by the next one, on a terminal only. */
bool progress(uint64_t done, uint64_t total);

/* status.c */
enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_PROMETHEUS };
int cmd_status(enum format format);
int cmd_explain(const char *token);
/* @assertions: is it all right that the administrator asserted something? */
int cmd_monitor(bool assertions);
int cmd_wait(void);

/* json.c */
void json_status(const struct status *s);
void json_string(const char *name, const char *value, const char *end);

/* prometheus.c */
void prometheus_status(const struct status *s);

/* check.c */
int cmd_check(bool json);

/* report.c, compare.c */
int cmd_report(const char *old);
/* Both are whole reports. */
int compare(const char *old, const char *new);

/* log.c */
/* @add: this boot's verdict; else show them all. */
int cmd_log(bool add);

/* forget.c */
int cmd_forget(void);
/* PROVED: there is one. DISPROVED: there is none. UNKNOWN: not to be seen. */
enum bootscrub_state receipt_present(void);

#endif /* BOOTSCRUB_TOOL_H */
