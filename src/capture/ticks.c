// SPDX-License-Identifier: Apache-2.0
// Turns the time stamps of a file, in any of pcapng's units, into nanoseconds since 1970.
#include "capture/ticks.h"

#define BINARY_UNIT 0x80u /* if_tsresol's top bit */
#define NSEC_DIGITS 9u    /* 10^-9 s */
#define U64_DIGITS  19u   /* 10^19 is the largest power of ten in 64 bits */

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent--)
		power *= 10;
	return power;
}

struct ticks ticks_unit(uint8_t tsresol, int64_t tsoffset)
{
	unsigned exponent = tsresol & ~BINARY_UNIT;
	struct ticks unit = {.multiply = 1, .divide = 1, .offset_seconds = tsoffset};

	if (tsresol & BINARY_UNIT) {
		unit.multiply = (uint64_t)NSEC_PER_SEC;
		unit.shift = (uint8_t)exponent;
	} else if (exponent <= NSEC_DIGITS) {
		unit.multiply = power_of_ten(NSEC_DIGITS - exponent);
	} else if (exponent - NSEC_DIGITS <= U64_DIGITS) {
		unit.divide = power_of_ten(exponent - NSEC_DIGITS);
	} else {
		unit.multiply = 0; /* no 64-bit count of these reaches a nanosecond */
	}
	unit.whole = unit.divide == 1 && !unit.shift && !tsoffset;
	return unit;
}

nsec_t ticks_any_to_nsec(const struct ticks *unit, uint64_t ticks)
{
	unsigned __int128 span = (unsigned __int128)ticks * unit->multiply;
	__int128 time;

	if (unit->divide != 1)
		span = ticks / unit->divide;
	time = (__int128)(span >> unit->shift) + (__int128)unit->offset_seconds * NSEC_PER_SEC;
	if (time > TICKS_LATEST)
		return TICKS_LATEST;
	if (time < TICKS_EARLIEST)
		return TICKS_EARLIEST;
	return (nsec_t)time;
}
