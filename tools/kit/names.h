/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of values, as the report has them.  The facts of struct
 * bootscrub_facts are listed once, for the report and for what replays it
 * (tests/hardware/replay.c).
 */
#ifndef KIT_NAMES_H
#define KIT_NAMES_H

#include <xen/lib/bootscrub/decide.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char *const entry_names[] __attribute__((unused)) = {
    [BOOTSCRUB_ENTRY_OTHER] = "other",
    [BOOTSCRUB_ENTRY_EFI] = "efi",
    [BOOTSCRUB_ENTRY_KEXEC] = "kexec",
};

static const char *const encryption_names[] __attribute__((unused)) = {
    [BOOTSCRUB_ENCRYPTION_UNKNOWN] = "unknown",
    [BOOTSCRUB_ENCRYPTION_ACTIVE] = "active",
    [BOOTSCRUB_ENCRYPTION_NOT_SUPPORTED] = "not-supported",
    [BOOTSCRUB_ENCRYPTION_NOT_ACTIVE] = "not-active",
    [BOOTSCRUB_ENCRYPTION_BYPASSED] = "bypassed",
    [BOOTSCRUB_ENCRYPTION_NOT_LOCKED] = "not-locked",
    [BOOTSCRUB_ENCRYPTION_CPUS_DISAGREE] = "cpus-disagree",
};

static const char *const key_names[] __attribute__((unused)) = {
    [BOOTSCRUB_KEY_UNKNOWN] = "unknown",
    [BOOTSCRUB_KEY_NEW] = "new",
    [BOOTSCRUB_KEY_RESTORED] = "restored",
    [BOOTSCRUB_KEY_UNTOLD] = "untold",
};

static const char *const record_names[] __attribute__((unused)) = {
    [BOOTSCRUB_RECORD_ABSENT] = "absent",
    [BOOTSCRUB_RECORD_INVALID] = "invalid",
    [BOOTSCRUB_RECORD_VALID] = "valid",
};

static const char *const session_names[] __attribute__((unused)) = {
    [BOOTSCRUB_SESSION_UNKNOWN] = "unknown",
    [BOOTSCRUB_SESSION_ENCRYPTED] = "encrypted",
    [BOOTSCRUB_SESSION_PLAINTEXT] = "plaintext",
};

static const char *const written_names[] __attribute__((unused)) = {
    [BOOTSCRUB_NOT_TRIED] = "not-tried",
    [BOOTSCRUB_NOT_WRITTEN] = "not-written",
    [BOOTSCRUB_NO_ENTROPY] = "no-entropy",
    [BOOTSCRUB_WRITTEN] = "written",
};

static const char *const action_names[] __attribute__((unused)) = {
    [BOOTSCRUB_BACKGROUND] = "scrub-in-background",
    [BOOTSCRUB_SYNC] = "scrub-before-dom0",
    [BOOTSCRUB_SKIP] = "skip",
};

#define COUNTER(f, kind) (f)->chain.counter[BOOTSCRUB_ ## kind]

/* BOOL(name, value), NUMBER(name, value), NAME(name, value, names) */
#define FACTS(f) \
    BOOL("hypervisor", (f)->hypervisor) \
    NAME("entry", (f)->entry, entry_names) \
    NAME("encryption", (f)->encryption, encryption_names) \
    NAME("key", (f)->key, key_names) \
    NAME("record", (f)->chain.record, record_names) \
    NAME("previous-session", (f)->chain.previous, session_names) \
    BOOL("monotonic-recorded", COUNTER(f, MONOTONIC).recorded) \
    BOOL("monotonic-present", COUNTER(f, MONOTONIC).present) \
    NUMBER("monotonic-was", COUNTER(f, MONOTONIC).was) \
    NUMBER("monotonic-is", COUNTER(f, MONOTONIC).is) \
    BOOL("tpm-recorded", COUNTER(f, TPM_RESET).recorded) \
    BOOL("tpm-present", COUNTER(f, TPM_RESET).present) \
    NUMBER("tpm-was", COUNTER(f, TPM_RESET).was) \
    NUMBER("tpm-is", COUNTER(f, TPM_RESET).is) \
    BOOL("receipt", (f)->chain.receipt) \
    BOOL("same-coverage", (f)->chain.same_coverage) \
    BOOL("covered", (f)->chain.covered) \
    NUMBER("unpaid", (f)->unpaid) \
    NAME("written", (f)->written, written_names) \
    BOOL("runtime-services", (f)->runtime_services) \
    BOOL("heap-limited", (f)->heap_limited) \
    BOOL("srat-unused", (f)->srat_unused) \
    BOOL("readable-elsewhere", (f)->readable_elsewhere)

#define NODE_FACTS(n) \
    BOOL("covered", (n)->covered) \
    BOOL("processors", (n)->processors) \
    BOOL("asked", (n)->asked) \
    BOOL("encrypted", (n)->encrypted) \
    BOOL("one-key", (n)->one_key) \
    NUMBER("recorded", (n)->recorded) \
    NUMBER("readable", (n)->readable) \
    NUMBER("noise", (n)->noise) \
    NUMBER("cleared", (n)->cleared)

#endif /* KIT_NAMES_H */
