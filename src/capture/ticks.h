/* SPDX-License-Identifier: Apache-2.0 */
/* Turns the time stamps of a file, in any of pcapng's units, into nanoseconds since 1970. */
#ifndef SONDE_CAPTURE_TICKS_H
#define SONDE_CAPTURE_TICKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"

/* Times are held within these (years 1824 to 2116), so that any two may be subtracted. */
#define TICKS_LATEST   ((nsec_t)1 << 62)
#define TICKS_EARLIEST (-TICKS_LATEST)

/* One unit: nanoseconds = (ticks * multiply / divide) >> shift, plus offset. */
struct ticks {
	uint64_t multiply;
	uint64_t divide; /* 1 where nothing is to be divided, which is the usual case */
	uint8_t shift;
	bool whole; /* nothing is divided, shifted or added */
	int64_t offset_seconds;
};

/*
 * The unit that pcapng's if_tsresol (10^-n s, or 2^-n s with the top bit set) and if_tsoffset
 * mean. Every value of both has a meaning; units too fine for a nanosecond round down.
 */
struct ticks ticks_unit(uint8_t tsresol, int64_t tsoffset);

/* ticks_to_nsec() for any unit. */
nsec_t ticks_any_to_nsec(const struct ticks *unit, uint64_t ticks);

/* The time, clamped to TICKS_EARLIEST..TICKS_LATEST. */
static inline nsec_t ticks_to_nsec(const struct ticks *unit, uint64_t ticks)
{
	nsec_t whole;

	/* What nearly every file has: ticks of a nanosecond or more, since 1970. */
	if (unit->whole && !__builtin_mul_overflow(ticks, unit->multiply, &whole) &&
	    whole <= TICKS_LATEST)
		return whole;
	return ticks_any_to_nsec(unit, ticks);
}

#endif
