/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 25 lines of 80 columns, and keys.  Keys may come from the file kit.txt, a
 * word each, so that tests and fleets need nobody at the keyboard.
 */

#include "kit.h"

static const struct {
    const char *word;
    char key;
} words[] = {
    { "begin", '\r' }, { "go", '\r' }, { "quit", 'q' }, { "warm", 'w' },
    { "cold", 'c' }, { "off", 'o' }, { "usual", 'u' }, { "crash", 'x' },
    { "button", 'b' }, { "end", 'e' }, { "back", 'y' }, { "yes", 'y' },
    { "no", 'n' }, { "start", 's' }, { "anew", 'a' },
};

void screen_clear(void)
{
    ST->ConOut->ClearScreen(ST->ConOut);
}

void say(const char *fmt, ...)
{
    static char buf[1024];
    struct text t = { .buf = buf, .room = sizeof(buf) };
    va_list args;

    va_start(args, fmt);
    addv(&t, fmt, args);
    va_end(args);

    Print(L"%a", buf);
}

/* Word number @nr of kit.txt, 0 if there is none, '?' if it is not known. */
static char scripted(unsigned int nr)
{
    static char buf[4096];
    long size = stick_read("kit.txt", buf, sizeof(buf) - 1);
    char *p = buf;
    unsigned int i;

    if ( size <= 0 )
        return 0;

    for ( buf[size] = '\0'; ; p++ )
    {
        char *word;

        while ( *p == ' ' || *p == '\t' || *p == '\r' || *p == '\n' )
            p++;

        /* A comment reaches to the end of its line. */
        if ( *p == '#' )
        {
            while ( p[1] && *p != '\n' )
                p++;
            continue;
        }

        for ( word = p; *p > ' '; p++ )
            continue;

        if ( word == p )
            return 0;

        if ( nr-- )
        {
            if ( !*p )
                return 0;
            continue;
        }

        *p = '\0';
        for ( i = 0; i < sizeof(words) / sizeof(*words); i++ )
            if ( same(word, words[i].word) )
                return words[i].key;

        say("kit.txt: \"%s\" is not a word that the kit knows.\n", word);

        return '?';
    }
}

static char typed(void)
{
    EFI_INPUT_KEY key;
    UINTN event;

    if ( BS->WaitForEvent(1, &ST->ConIn->WaitForKey,
                          &event) != EFI_SUCCESS ||
         ST->ConIn->ReadKeyStroke(ST->ConIn, &key) != EFI_SUCCESS ||
         key.UnicodeChar > 0x7e )
        return 0;

    return key.UnicodeChar >= 'A' && key.UnicodeChar <= 'Z'
           ? key.UnicodeChar + 'a' - 'A' : key.UnicodeChar;
}

static bool is_one_of(char c, const char *keys)
{
    while ( *keys && *keys != c )
        keys++;

    return *keys;
}

char ask_key(struct state *s, const char *keys)
{
    char key = scripted(s->answers);

    if ( key )
    {
        s->answers++;
        if ( is_one_of(key, keys) )
            return key;

        say("kit.txt: word %u does not fit this question.\n", s->answers);
    }

    do {
        key = typed();
    } while ( !key || !is_one_of(key, keys) );

    return key;
}
