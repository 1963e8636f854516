/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files under test keep: see state.h.
 */

#include "state.h"
#include "xen.h"

extern uint8_t __start_xen_state[], __stop_xen_state[];

enum system_state system_state;

void mock_reset(void)
{
    static uint8_t saved[1 << 16];
    static bool have;
    size_t size = __stop_xen_state - __start_xen_state;

    if ( size > sizeof(saved) )
        abort();

    if ( !have )
        memcpy(saved, __start_xen_state, size);
    else
        memcpy(__start_xen_state, saved, size);
    have = true;
}
