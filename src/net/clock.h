/* SPDX-License-Identifier: Apache-2.0 */
/* The one monotonic clock every time in this program comes from, and its distance to wall time. */
#ifndef SONDE_NET_CLOCK_H
#define SONDE_NET_CLOCK_H

#include "base/nsec.h"

/* Nanoseconds of CLOCK_MONOTONIC. Never fails, never goes back. */
nsec_t clock_now(void);

/*
 * Wall time minus monotonic time in nanoseconds, right now: add it to a clock_now() value to get
 * nanoseconds since 1970. Read the two clocks close together, to well under a microsecond unless
 * the machine takes the processor away. The value changes when somebody sets the clock.
 */
nsec_t clock_wall_offset(void);

#endif
